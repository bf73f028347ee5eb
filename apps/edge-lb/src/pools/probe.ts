import { get } from 'node:http';
import { connect } from 'node:net';
import { hostAndPort } from './host-and-port.ts';

/**
 * One active check: GET `path`, a 2xx within the time is healthy. Always on a fresh connection, as a
 * new client would come.
 *
 * @returns never rejects: whatever goes wrong is an answer.
 */
export function httpProbe(address: string, path: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const [host, port] = hostAndPort(address);
    const request = get(
      {
        host,
        port,
        path,
        agent: false,
        headers: { 'user-agent': 'edgeway-health' },
        signal: AbortSignal.timeout(timeoutMs),
      },
      ({ statusCode = 0 }) => {
        resolve(statusCode >= 200 && statusCode < 300);
        // The body says nothing more, and might never end.
        request.destroy();
      },
    );
    request.on('error', () => resolve(false));
    // An answer that is none, such as 101, ends without an error.
    request.on('close', () => resolve(false));
  });
}

/** One active check of what speaks no HTTP: whether it can be connected to. It tells less: a hung process still can. */
export function tcpProbe(address: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const [host, port] = hostAndPort(address);
    const socket = connect({ host, port, timeout: timeoutMs });
    const settle = (healthy: boolean): void => {
      resolve(healthy);
      socket.destroy();
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.on('error', () => settle(false));
  });
}
