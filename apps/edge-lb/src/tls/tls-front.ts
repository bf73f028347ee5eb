import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer, type TLSSocket } from 'node:tls';
import type { Logger } from '@edgeway/telemetry';
import { Certificates, type TlsConfig } from './certificates.ts';
import { h2Bridge, type H2Bridge } from './h2-bridge.ts';

/** What carries HTTP/1.1 from a client: its TLS connection, or one HTTP/2 stream of it. */
export type EncryptedSocket = Duplex & { readonly encrypted: true };

export interface TlsFrontOptions {
  readonly tls: TlsConfig;
  /** Where `tls` stands in the config file, for faults: `listeners.public.tls`. */
  readonly path: string;
  readonly log: Logger;
  /** Takes what speaks HTTP/1.1: whole connections, and each request of an HTTP/2 session as one. */
  readonly onConnection: (socket: EncryptedSocket, peer: string) => void;
  /** For a handshake. Milliseconds, default 10,000. */
  readonly handshakeMs?: number | undefined;
  /** How long an HTTP/2 session may have no stream. Milliseconds, default 65,000. */
  readonly idleMs?: number | undefined;
  /** How often certificates are looked at. Milliseconds, default 1000. */
  readonly pollMs?: number | undefined;
}

export interface TlsFront {
  /** How many handshakes have failed. */
  readonly failures: number;
  /** Connections that it holds itself: in a handshake, or with an HTTP/2 session. */
  readonly open: number;
  /** Takes a TCP connection; what was read of it already must have been put back with `unshift`. */
  accept(socket: Socket, peer: string): void;
  /** Ends HTTP/2 sessions when their streams have ended, and handshakes; connections that were handed on are not its own. */
  close(): void;
}

/** During a drain, how long handshakes are still waited for. */
const noticeMs = 300;

/**
 * Ends TLS for a listener that accepts connections itself, since a PROXY header may precede the handshake.
 * Versions and ciphers are Node's, 1.2 and up. HTTP/2 and HTTP/1.1 are offered; a client that asks for
 * neither is told so, one that does not ask speaks HTTP/1.1.
 *
 * A `tls.Server` that never listens makes the handshakes. `http2.createSecureServer` could as well, but
 * gives sessions no say of whose connection they are.
 *
 * @throws ConfigError when a certificate cannot be used.
 */
export function tlsFront(options: TlsFrontOptions): TlsFront {
  const { tls, log, onConnection, handshakeMs = 10_000, idleMs } = options;
  const certificates = new Certificates(options, () => server.setSecureContext(certificates.fallback.options));
  const bridges = new Set<H2Bridge>();
  /** By {@link ends}: the server hands on another socket than it was given. */
  const handshakes = new Map<string, { readonly socket: Socket; readonly peer: string }>();
  let failures = 0;
  let closing = false;

  const server = createServer({
    ...certificates.fallback.options,
    SNICallback: (name, use) => use(null, certificates.choose(name).context),
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: handshakeMs,
    requestCert: tls.clientCa !== undefined,
    rejectUnauthorized: tls.clientCa !== undefined,
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    failures++;
    log.debug({ code: error.code, cause: error.message }, 'TLS handshake failed');
    socket.destroy();
  });
  server.on('secureConnection', (socket) => {
    const key = ends(socket);
    const handshake = handshakes.get(key);
    handshakes.delete(key);
    // It has gone already: it has no ends any more.
    if (handshake === undefined) return void socket.destroy();
    const { peer } = handshake;
    if (socket.alpnProtocol === 'h2') bridge(socket, peer);
    else onConnection(socket, peer);
  });

  function bridge(socket: TLSSocket, peer: string): void {
    const bridge = h2Bridge(socket, { peer, log, onConnection, idleMs });
    bridges.add(bridge);
    socket.once('close', () => bridges.delete(bridge));
    if (closing) bridge.leave();
  }

  return {
    get failures() {
      return failures;
    },
    get open() {
      return handshakes.size + bridges.size;
    },
    accept(socket, peer) {
      // What follows, follows from `close`.
      socket.on('error', () => undefined);
      if (socket.remoteAddress === undefined) return void socket.destroy();
      const key = ends(socket);
      const handshake = { socket, peer };
      handshakes.set(key, handshake);
      socket.once('close', () => handshakes.get(key) === handshake && handshakes.delete(key));
      server.emit('connection', socket);
    },
    close() {
      if (closing) return;
      closing = true;
      certificates.close();
      for (const bridge of bridges) bridge.leave();
      setTimeout(() => handshakes.forEach(({ socket }) => socket.destroy()), noticeMs);
    },
  };
}

/** No two connections have the same two ends at a time. */
const ends = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
