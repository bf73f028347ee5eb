import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Address } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import { connectEndpoint } from './connect-endpoint.ts';
import { drained } from './drained.ts';
import { readPreface, type Preface } from './preface.ts';
import { proxyHeader } from './proxy-protocol-encode.ts';
import { serverNameRoutes } from './server-name-routes.ts';
import { reset, splice } from './splice.ts';
import type { Relaying, Upstream } from './upstream.ts';

/** Where connections go: all to one pool, or by the server name of the TLS that is passed through. */
export type TcpRoute =
  | { readonly pool: Upstream }
  /** By host name, `*.` and a host name, or `*` for all others, those that name no server included. */
  | { readonly sni: Readonly<Record<string, Upstream>> };

export interface TcpRelayOptions {
  readonly address: Address;
  /** Whether other processes listen on the same port. Default false. */
  readonly reusePort?: boolean;
  readonly route: TcpRoute;
  /** Whose connections begin with a PROXY header; it must come, and is believed. Default: nobody's. */
  readonly proxyProtocolFrom?: (address: string | undefined) => boolean;
  /** For PROXY header and ClientHello to arrive. Seconds, default 5. */
  readonly prefaceSeconds?: number;
  /** More connections than this are reset at once. Default 10,000. */
  readonly maxSessions?: number;
  /** How long a drain waits before it cuts what is left. Seconds, default 30. */
  readonly drainSeconds?: number;
  readonly log: Logger;
}

/**
 * Relays TCP connections, not looking into them. A connection for which there is no endpoint is reset at once:
 * a client that can go elsewhere should know.
 */
export async function tcpRelay(options: TcpRelayOptions): Promise<Relaying> {
  const { route, proxyProtocolFrom, prefaceSeconds = 5, maxSessions = 10_000, drainSeconds = 30, log } = options;
  const byName = 'sni' in route ? serverNameRoutes(route.sni) : undefined;
  const poolOf = (preface: Preface): Upstream | undefined =>
    'pool' in route ? route.pool : byName?.(preface.hello?.serverName);
  const open = new Set<Socket>();
  const allClosed = Promise.withResolvers<void>();
  let sessions = 0;
  let draining: Promise<void> | undefined;
  const track = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      if (draining !== undefined && open.size === 0) allClosed.resolve();
    });
  };

  const serve = (client: Socket, preface: Preface): void => {
    const pool = poolOf(preface);
    if (pool === undefined) {
      log.debug({ serverName: preface.hello?.serverName }, 'no route for the server name');
      return reset(client);
    }
    const source = preface.source ?? { host: client.remoteAddress!, port: client.remotePort! };
    const destination = preface.destination ?? { host: client.localAddress!, port: client.localPort! };
    connectEndpoint({ pool, affinityKey: source.host, client, log }, (upstream) => {
      if (upstream === undefined) return reset(client);
      track(upstream);
      upstream.cork();
      if (pool.proxyProtocol !== undefined)
        upstream.write(proxyHeader(pool.proxyProtocol === 'v1' ? 1 : 2, { source, destination }));
      if (preface.bytes.length > 0) upstream.write(preface.bytes);
      upstream.uncork();
      splice(client, upstream, pool.timeouts.idleSeconds * 1000);
    });
  };
  const accept = (client: Socket): void => {
    client.on('error', ignore); // what follows, follows from `close`
    // Gone already: it has no address any more.
    if (client.remoteAddress === undefined) return void client.destroy();
    if (sessions >= maxSessions) return reset(client);
    track(client);
    sessions++;
    client.once('close', () => sessions--);
    const parts = {
      proxyHeader: proxyProtocolFrom?.(client.remoteAddress) ?? false,
      clientHello: byName !== undefined,
    };
    if (!parts.proxyHeader && !parts.clientHello) return serve(client, nothing);
    readPreface(client, parts, prefaceSeconds, (preface) => {
      if (!('fault' in preface)) return serve(client, preface);
      log.debug({ client: client.remoteAddress, fault: preface.fault }, 'connection refused');
      reset(client);
    });
  };

  // Paused, so that no byte is read before there is somebody to take it.
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, accept);
  server.listen({ ...options.address, reusePort: options.reusePort ?? false });
  await once(server, 'listening');
  server.on('error', (error) => log.error({ cause: error.message }, 'accepting failed'));
  const { address: host, port } = server.address() as AddressInfo;
  return {
    address: { host, port },
    get sessions() {
      return sessions;
    },
    drain: () =>
      (draining ??= drained(drainSeconds, {
        ended: Promise.all([closed(server), open.size > 0 && allClosed.promise]),
        cut: () => open.forEach(reset),
      })),
  };
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
const nothing: Preface = { bytes: Buffer.alloc(0) };
const ignore = (): void => {};
