import { connect, type Socket } from 'node:net';
import type { Endpoint } from '@edgeway/balancing';
import type { Logger } from '@edgeway/telemetry';
import { hostAndPort } from '../pools/host-and-port.ts';
import type { Upstream } from './upstream.ts';

/** Nobody was there. Other failures, such as having no port or descriptor left, are not the endpoint's. */
const unreached = new Set(['ECONNREFUSED', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'ETIMEDOUT']);

export interface ConnectOptions {
  readonly pool: Upstream;
  readonly affinityKey?: string | undefined;
  /** Whom the connection is for: nothing more is tried once it is gone. */
  readonly client: Socket;
  readonly log: Logger;
}

/**
 * Connects to an endpoint of a pool, and elsewhere when that fails, as often as the pool allows: no byte has
 * gone out yet. The lease of an endpoint is held until the connection to it has closed.
 *
 * @param done called once, with nothing when no endpoint could be reached; not at all when the client
 *   went away.
 */
export function connectEndpoint(options: ConnectOptions, done: (upstream: Socket | undefined) => void): void {
  const { pool, affinityKey, client, log } = options;
  const tried = new Set<Endpoint>();
  const attempt = (number: number): void => {
    const lease = pool.acquire(tried, affinityKey);
    if (lease === undefined) return done(undefined);
    const { endpoint } = lease;
    const [host, port] = hostAndPort(endpoint.address);
    const upstream = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const abandon = (): void => void upstream.destroy();
    let connected = false;
    let failure: NodeJS.ErrnoException | undefined;

    client.once('close', abandon);
    upstream.setTimeout(pool.timeouts.connectSeconds * 1000);
    upstream.once('timeout', () => upstream.destroy(timedOut()));
    upstream.once('connect', () => {
      connected = true;
      client.off('close', abandon);
      upstream.setTimeout(0);
      done(upstream);
    });
    upstream.on('error', (error) => {
      failure = error;
    });
    upstream.once('close', () => {
      lease.release();
      if (connected || client.destroyed) return;
      client.off('close', abandon);
      tried.add(endpoint);
      if (unreached.has(failure?.code ?? '')) pool.refused(endpoint);
      log.info({ pool: pool.name, endpoint: endpoint.address, cause: failure?.message }, 'connection failed');
      if (number < pool.attempts) attempt(number + 1);
      else done(undefined);
    });
  };
  attempt(1);
}

const timedOut = (): Error => Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' });
