import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint, Lease } from '@edgeway/balancing';
import { CodedError } from '@edgeway/errors';
import type { Logger } from '@edgeway/telemetry';
import httpProxy from 'http-proxy';
import { leaveHop } from '../../http/forwarding.ts';
import { hostAndPort } from '../../pools/probe.ts';
import type { UpstreamPool } from '../../pools/upstream-pool.ts';
import { deadlines, type ConnectTimeout } from './deadlines.ts';
import { rawPathField, UpstreamAgent } from './upstream-agent.ts';

export interface Relay {
  /** Relays one request to an endpoint of `pool`; calls `onFailure` at most once, when no answer could be relayed. */
  web(
    request: IncomingMessage,
    response: ServerResponse,
    pool: UpstreamPool,
    onFailure: (error: CodedError) => void,
  ): void;
  close(): void;
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
/** No byte of the request can have been read: nobody was there. */
const neverReached = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EDGE_CONNECT_TIMEOUT']);

export function createRelay(log: Logger): Relay {
  const agent = new UpstreamAgent();
  const proxy = createProxy();
  return {
    web(request, response, pool, onFailure) {
      const tried = new Set<Endpoint>();
      const attempt = (number: number, last?: CodedError): void => {
        const lease = pool.acquire(tried);
        if (lease === undefined) return onFailure(last ?? new CodedError('EDGE_NO_HEALTHY_ENDPOINT'));
        forward({ proxy, agent, request, response, pool, lease }, (error, upstream) => {
          const unreached = neverReached.has(error.code ?? '');
          if (unreached) pool.refused(lease.endpoint);
          // A kept-alive connection that closed under the request says nothing about the endpoint.
          if (unreached || !upstream.reusedSocket) tried.add(lease.endpoint);
          const failure = codedFailure(error);
          if (response.headersSent || response.destroyed) return void response.destroy();
          if (number >= pool.attempts || !repeatable(request) || failure.code === 'EDGE_UPSTREAM_TIMEOUT')
            return onFailure(failure);
          log.info({ endpoint: lease.endpoint.address, pool: pool.name, cause: error.message }, 'retrying elsewhere');
          attempt(number + 1, failure);
        });
      };
      attempt(1);
    },
    close: () => agent.destroy(),
  };
}

/**
 * http-proxy without the pass that lets requests be smuggled: `deleteLength` gives DELETE and OPTIONS
 * a Content-Length of 0 but still sends their chunked body, which the endpoint then reads as a request.
 */
function createProxy(): httpProxy {
  const proxy = httpProxy.createProxyServer({ prependPath: false, toProxy: true, xfwd: false });
  const passes: { webPasses: { name: string }[] } = proxy as unknown as { webPasses: { name: string }[] };
  passes.webPasses = passes.webPasses.filter(({ name }) => name !== 'deleteLength');
  proxy.on('proxyRes', (answer, _request, response: ServerResponse) => {
    leaveHop(answer.headers);
    if (response.getHeader('connection') === 'close') answer.headers.connection = 'close';
    // http-proxy pipes and forgets: an answer cut short would leave the client waiting for ever.
    answer.once('close', () => {
      if (!answer.complete) response.destroy();
    });
  });
  // Its client has gone; the response's own close event has already ended the upstream request.
  proxy.on('econnreset', () => undefined);
  return proxy;
}

interface Attempt {
  readonly proxy: httpProxy;
  readonly agent: UpstreamAgent;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pool: UpstreamPool;
  readonly lease: Lease;
}

/** One attempt. The lease ends with it, on answer, failure and abort alike. */
function forward(attempt: Attempt, onError: (error: NodeJS.ErrnoException, upstream: ClientRequest) => void): void {
  const { proxy, agent, request, response, pool, lease } = attempt;
  const [host, port] = hostAndPort(lease.endpoint.address);
  let over = false;
  const finish = (): boolean => {
    if (over) return false;
    over = true;
    response.off('close', onClientClose);
    stopTimers();
    lease.release();
    return true;
  };
  const onClientClose = (): void => {
    if (!response.writableFinished) upstream.destroy();
    finish();
  };
  const options = { target: { protocol: 'http:', host, port }, agent, headers: { [rawPathField]: request.url! } };
  proxy.web(request, response, options, (error: NodeJS.ErrnoException | ConnectTimeout) => {
    if (finish() && !request.destroyed) onError(error, upstream);
    else if (!response.writableFinished) response.destroy();
  });
  const upstream = agent.latest!;
  const stopTimers = deadlines(upstream, pool.timeouts);
  response.once('close', onClientClose);
}

/** Safe, and without a body that is already on its way (RFC 9110, 9.2.1). */
function repeatable({ method, headers }: IncomingMessage): boolean {
  return (
    safeMethods.has(method ?? '') &&
    headers['transfer-encoding'] === undefined &&
    Number(headers['content-length'] ?? 0) === 0
  );
}

function codedFailure(error: NodeJS.ErrnoException): CodedError {
  if (error instanceof CodedError) return error;
  return new CodedError('EDGE_UPSTREAM_FAILED', { cause: error });
}
