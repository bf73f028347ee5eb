import type { ClientRequest } from 'node:http';
import { CodedError } from '@edgeway/errors';
import type { PoolConfig } from '../../config/schema.ts';

/** The endpoint could not be reached in time; nothing was sent. */
export class ConnectTimeout extends Error {
  readonly code = 'EDGE_CONNECT_TIMEOUT';
}

/**
 * Ends an upstream request that waits too long for a connection, for the beginning of its answer, or
 * between two bytes. http-proxy has one timeout for all of it, and reports it as a reset.
 *
 * An upload may take as long as it likes while bytes pass: the wait for the answer starts when the
 * request has gone out whole.
 *
 * @param onExpired is told why. The request's own error event is not enough: one that still waits for a
 *   connection would emit it only when it is given one.
 * @returns stops the timers.
 */
export function deadlines(
  upstream: ClientRequest,
  { connectSeconds, headersSeconds, idleSeconds }: Omit<PoolConfig['timeouts'], 'tunnelSeconds'>,
  onExpired: (error: Error) => void,
): () => void {
  const timeout = (what: string, seconds: number): CodedError =>
    new CodedError('EDGE_UPSTREAM_TIMEOUT', { detail: `${what} within ${seconds} s.` });
  let timer: NodeJS.Timeout | undefined;
  let answered = false;
  const stop = (): void => clearTimeout(timer);
  const expire = (error: Error): void => {
    upstream.destroy(error);
    onExpired(error);
  };
  const within = (seconds: number, error: () => Error): void => {
    stop();
    timer = setTimeout(() => expire(error()), seconds * 1000);
  };

  // All connections to the endpoint may be taken. That it is busy does not make it unreachable.
  within(connectSeconds, () => timeout('No connection became free', connectSeconds));
  upstream.once('socket', (socket) => {
    stop();
    if (!socket.connecting) return;
    within(connectSeconds, () => new ConnectTimeout(`not connected within ${connectSeconds} s`));
    socket.once('connect', stop);
  });
  upstream.once('finish', () => {
    if (!answered) within(headersSeconds, () => timeout('No answer began', headersSeconds));
  });
  upstream.once('response', () => {
    answered = true;
    stop();
  });
  upstream.setTimeout(idleSeconds * 1000, () => expire(timeout('No byte passed', idleSeconds)));
  return stop;
}
