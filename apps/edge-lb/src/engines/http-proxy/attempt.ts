import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Lease } from '@edgeway/balancing';
import { CodedError } from '@edgeway/errors';
import type httpProxy from 'http-proxy';
import type { PoolConfig } from '../../config/schema.ts';
import { hostAndPort } from '../../pools/host-and-port.ts';
import { deadlines } from './deadlines.ts';
import type { Body } from './replayable-body.ts';
import { rawPathField, type UpstreamAgent } from './upstream-agent.ts';

export interface Attempt {
  readonly proxy: httpProxy;
  readonly agent: UpstreamAgent;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Body;
  readonly timeouts: PoolConfig['timeouts'];
  readonly lease: Lease;
}

/** Why no answer came, and whether the connection had served before: then the endpoint itself may be well. */
export type OnFailure = (error: NodeJS.ErrnoException, reusedConnection: boolean) => void;

/**
 * Sends a request to one endpoint and relays what comes back. The lease ends with it, on answer,
 * failure and abort alike. `onFailure` is called at most once, and only while no answer has begun.
 */
export function attempt(options: Attempt, onFailure: OnFailure): void {
  const { proxy, agent, request, response, body, timeouts, lease } = options;
  const [host, port] = hostAndPort(lease.endpoint.address);
  let upstream: ClientRequest | undefined;
  let stopTimers: (() => void) | undefined;
  let answer: IncomingMessage | undefined;
  let over = false;

  const finish = (): void => {
    over = true;
    response.off('close', onClose);
    stopTimers?.();
    lease.release();
  };
  const fail = (error: NodeJS.ErrnoException): void => {
    if (over) return;
    if (answer !== undefined) {
      // Now or never: of an answer that ends with its connection, the parser goes on to say that it is complete.
      if (!answer.complete) response.destroy();
      return;
    }
    finish();
    onFailure(error, upstream?.reusedSocket ?? false);
  };
  const onClose = (): void => {
    if (!response.writableFinished) upstream?.destroy();
    finish();
  };

  response.once('close', onClose);
  try {
    const target = { protocol: 'http:', host, port };
    const buffer = Buffer.isBuffer(body) ? { buffer: Readable.from(body) } : {};
    proxy.web(request, response, { target, agent, headers: { [rawPathField]: request.url! }, ...buffer }, fail);
    upstream = agent.latest!;
  } catch (error) {
    return fail(error as Error);
  }
  stopTimers = deadlines(upstream, timeouts, fail);
  upstream.once('response', (begun) => {
    answer = begun;
    relayEnds(begun, response);
  });
  upstream.once('upgrade', (_answer, socket) => {
    socket.destroy();
    fail(new CodedError('EDGE_UPSTREAM_INVALID', { cause: new Error('It switched protocols uninvited.') }));
  });
}

/** What http-proxy leaves out when it pipes an answer: its beginning, if bytes are late, and its end, if it is cut. */
function relayEnds(answer: IncomingMessage, response: ServerResponse): void {
  // The agent looks here how long the endpoint keeps an idle connection; the client's copy was made without.
  const keepAlive = answer.headersDistinct['keep-alive']?.[0];
  if (keepAlive !== undefined) answer.headers['keep-alive'] = keepAlive;
  // A stream of events may stay silent for long after its head. Not at once: head and body mostly come together.
  setImmediate(() => {
    if (!response.headersSent && !response.destroyed) response.flushHeaders();
  });
  // An answer cut short must not leave the client waiting for ever, nor look complete.
  answer.once('close', () => {
    if (!answer.complete) response.destroy();
  });
}
