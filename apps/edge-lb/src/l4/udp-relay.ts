import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import type { Endpoint } from '@edgeway/balancing';
import type { Address } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import { drained } from './drained.ts';
import { typeOf, udpSession, unresolved, type UdpSession } from './udp-session.ts';
import { addressOf } from '../pools/host-and-port.ts';
import type { Relaying, Upstream } from './upstream.ts';

export interface UdpRelayOptions {
  readonly address: Address;
  /** Whether other processes receive on the same port. Default false. */
  readonly reusePort?: boolean;
  readonly pool: Upstream;
  /** A session ends this long after its last datagram, in either direction. Seconds, default 30. */
  readonly idleSeconds?: number;
  /** Datagrams that would begin more sessions than this are dropped. Each takes a descriptor. Default 10,000. */
  readonly maxSessions?: number;
  /** How long a drain waits before it cuts what is left. Seconds, default 30. */
  readonly drainSeconds?: number;
  readonly log: Logger;
}

export interface UdpRelaying extends Relaying {
  /** Datagrams that went nowhere: too many sessions, no endpoint, draining, or too many before a session stood. */
  readonly dropped: number;
}

/**
 * Relays datagrams. All that come from one address and port are a session: they go to one endpoint, from
 * a socket of their own, so that its answers can be told apart and find back. A drain goes on
 * relaying for the sessions there are; only new ones are refused.
 *
 * Nothing is sent twice: what was lost with an endpoint that is gone is the protocol's above to repeat, and
 * the repetition is balanced anew.
 */
export async function udpRelay(options: UdpRelayOptions): Promise<UdpRelaying> {
  const { address, pool, idleSeconds = 30, maxSessions = 10_000, drainSeconds = 30, log } = options;
  const sessions = new Map<string, UdpSession>();
  const allClosed = Promise.withResolvers<void>();
  let draining: Promise<void> | undefined;
  let dropped = 0;
  const listener = createSocket({
    type: typeOf(address.host),
    lookup: unresolved,
    reusePort: options.reusePort ?? false,
  });

  const begin = (client: string, { address, port }: RemoteInfo): UdpSession | undefined => {
    if (draining !== undefined || sessions.size >= maxSessions) return undefined;
    const lease = pool.acquire(nobody, address);
    if (lease === undefined) return undefined;
    const { endpoint } = lease;
    const session = udpSession({
      endpoint: endpoint.address,
      idleSeconds,
      // Without a callback a failure would be the listener's.
      onReply: (datagram) => listener.send(datagram, port, address, ignore),
      onClose(failure) {
        sessions.delete(client);
        lease.release();
        if (failure?.code === 'ECONNREFUSED') pool.refused(endpoint);
        if (failure !== undefined)
          log.info({ pool: pool.name, endpoint: endpoint.address, cause: failure.message }, 'session failed');
        if (draining !== undefined && sessions.size === 0) allClosed.resolve();
      },
    });
    sessions.set(client, session);
    return session;
  };

  listener.on('message', (datagram, from) => {
    const client = addressOf({ host: from.address, port: from.port });
    const session = sessions.get(client) ?? begin(client, from);
    if (session?.send(datagram) !== true) dropped++;
  });
  // Before `bind`, which listens at once when the address need not be resolved.
  const listening = once(listener, 'listening');
  listener.bind({ port: address.port, address: address.host });
  await listening;
  listener.on('error', (error) => log.error({ cause: error.message }, 'receiving failed'));
  const bound = listener.address();
  return {
    address: { host: bound.address, port: bound.port },
    get sessions() {
      return sessions.size;
    },
    get dropped() {
      return dropped;
    },
    drain: () =>
      (draining ??= drained(drainSeconds, {
        ended: sessions.size === 0 ? Promise.resolve() : allClosed.promise,
        cut: () => sessions.forEach((session) => session.close()),
      }).then(() => void listener.close())),
  };
}

const nobody: ReadonlySet<Endpoint> = new Set();
const ignore = (): void => {};
