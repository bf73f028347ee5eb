import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint } from '@edgeway/balancing';
import { CodedError } from '@edgeway/errors';
import type { Logger } from '@edgeway/telemetry';
import type { UpstreamPool } from '../../pools/upstream-pool.ts';
import { isGone, safeMethods, unreached } from '../retryable.ts';
import { attempt } from './attempt.ts';
import { fencedProxy } from './fenced-proxy.ts';
import { replayableBody, type Body } from './replayable-body.ts';
import { UpstreamAgent } from './upstream-agent.ts';

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

/** The connection died before an answer; whether the request was acted on cannot be known. */
const lost = new Set(['ECONNRESET', 'EPIPE']);
export function createRelay(log: Logger): Relay {
  const agent = new UpstreamAgent();
  const proxy = fencedProxy();
  return {
    web(request, response, pool, onFailure) {
      replayableBody(request, (body) => {
        const tried = new Set<Endpoint>();
        const failed = new Set<Endpoint>();
        const go = (number: number, last?: CodedError): void => {
          // Elsewhere first; again where only an old connection had died, when there is nowhere else.
          const lease = pool.acquire(tried) ?? pool.acquire(failed);
          if (lease === undefined) return onFailure(last ?? new CodedError('EDGE_NO_HEALTHY_ENDPOINT'));
          const { endpoint } = lease;
          const { timeouts } = pool;
          attempt({ proxy, agent, request, response, body, timeouts, lease }, (error, reusedConnection) => {
            tried.add(endpoint);
            if (!reusedConnection) failed.add(endpoint);
            if (isGone(error.code ?? '')) pool.refused(endpoint);
            const failure = codedFailure(error);
            pool.observed(endpoint, false);
            if (number >= pool.attempts || !mayRepeat(request, body, error) || !pool.budget.withdraw())
              return onFailure(failure);
            log.info({ endpoint: endpoint.address, pool: pool.name, cause: error.message }, 'retrying elsewhere');
            go(number + 1, failure);
          });
        };
        pool.budget.deposit();
        if (!response.destroyed) go(1);
      });
    },
    close: () => agent.destroy(),
  };
}

/** Nothing may be sent twice that could be done twice: a request that reached nobody, or that is safe. */
function mayRepeat({ method }: IncomingMessage, body: Body, { code = '' }: NodeJS.ErrnoException): boolean {
  if (body === 'streamed') return false;
  return unreached.has(code) || (lost.has(code) && safeMethods.has(method ?? ''));
}

function codedFailure(error: Error): CodedError {
  if (error instanceof CodedError) return error;
  const garbled = String((error as NodeJS.ErrnoException).code).startsWith('HPE_');
  return new CodedError(garbled ? 'EDGE_UPSTREAM_INVALID' : 'EDGE_UPSTREAM_FAILED', { cause: error });
}
