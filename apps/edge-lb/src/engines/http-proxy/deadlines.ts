import type { ClientRequest } from 'node:http';
import { CodedError } from '@edgeway/errors';
import type { PoolConfig } from '../../config/schema.ts';

/** The endpoint could not be reached in time; nothing was sent. */
export class ConnectTimeout extends Error {
  readonly code = 'EDGE_CONNECT_TIMEOUT';
}

/**
 * Ends an upstream request that takes too long to connect, to begin its answer, or between two
 * bytes. http-proxy has one timeout for all of it, and reports it as a reset.
 *
 * @returns stops the timers.
 */
export function deadlines(
  upstream: ClientRequest,
  { connectSeconds, headersSeconds, idleSeconds }: PoolConfig['timeouts'],
): () => void {
  const timedOut = (what: string, seconds: number) => (): void => {
    upstream.destroy(new CodedError('EDGE_UPSTREAM_TIMEOUT', { detail: `${what} within ${seconds} s.` }));
  };
  const headers = setTimeout(timedOut('No answer began', headersSeconds), headersSeconds * 1000);
  const connect = setTimeout(
    () => upstream.destroy(new ConnectTimeout(`not connected within ${connectSeconds} s`)),
    connectSeconds * 1000,
  );
  const connected = (): void => clearTimeout(connect);
  upstream.once('socket', (socket) => (socket.connecting ? socket.once('connect', connected) : connected()));
  upstream.once('response', () => clearTimeout(headers));
  upstream.setTimeout(idleSeconds * 1000, timedOut('No byte passed', idleSeconds));
  return () => {
    clearTimeout(headers);
    clearTimeout(connect);
  };
}
