import { constants, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Logger } from '@edgeway/telemetry';
import { closeWhenSent } from './close-when-sent.ts';
import { H2Exchange } from './h2-exchange.ts';
import { h2Request } from './h2-request.ts';

/** `Rapid reset` (CVE-2023-44487): requests are begun and reset, so that none counts as open, and each costs. */
const maxResets = 200;
const resetWindowMs = 10_000;
/** Between the word that a session will end and its end: what is on its way to it still counts. */
const noticeMs = 300;
/** For the client to close its side. */
const lingerMs = 1000;
/** In a notice: it says nothing yet of where it ends (RFC 9113, 6.8). */
const anyStream = 2 ** 31 - 1;

const sessionOptions = {
  settings: { maxConcurrentStreams: 100, maxHeaderListSize: 16 * 1024, initialWindowSize: 128 * 1024 },
  // A second line: what nghttp2 counts includes resets of streams that have been answered.
  streamResetBurst: 2 * maxResets,
  streamResetRate: (2 * maxResets * 1000) / resetWindowMs,
  // MB. As many streams as are allowed, each with as much waiting as it may have, and some.
  maxSessionMemory: 32,
  // What an endpoint says twice is relayed twice, as over HTTP/1.
  strictSingleValueFields: false,
} as const;

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR } = constants;

export interface H2BridgeOptions {
  readonly peer: string;
  readonly log: Logger;
  /** Takes each request as a connection of its own. */
  readonly onConnection: (socket: H2Exchange, peer: string) => void;
  /** How long a session may have no stream. Milliseconds, default 65,000. */
  readonly idleMs?: number | undefined;
}

export interface H2Bridge {
  /** Lets streams that are open finish, takes no others, and goes. */
  leave(): void;
}

/** Serves an HTTP/2 session: each of its streams becomes a connection with one HTTP/1.1 request. */
export function h2Bridge(socket: TLSSocket, options: H2BridgeOptions): H2Bridge {
  const { peer, log, onConnection, idleMs = 65_000 } = options;
  const session = performServerHandshake(socket, sessionOptions);
  const resets: number[] = [];
  let open = 0;

  const cutSoon = (): void => void setTimeout(() => socket.destroy(), lingerMs).unref();
  const close = (): void => {
    if (session.destroyed) return;
    session.close();
    if (open === 0) cutSoon();
  };
  const idle = setTimeout(() => open === 0 && close(), idleMs).unref();

  const wasReset = (): void => {
    const now = performance.now();
    resets.push(now);
    if (resets.length <= maxResets || now - resets.shift()! > resetWindowMs || session.destroyed) return;
    log.info({ peer }, 'HTTP/2 session ended: it resets one stream after another');
    session.destroy(new Error('too many resets'), NGHTTP2_ENHANCE_YOUR_CALM);
  };
  const serve = (stream: ServerHttp2Stream, fields: readonly string[]): H2Exchange | undefined => {
    const request = h2Request(fields, stream.endAfterHeaders);
    if (request.kind === 'request')
      return new H2Exchange(stream, request, (cause) => log.error({ peer, err: cause }, 'answer unfit for HTTP/2'));
    if (request.kind === 'connect') {
      stream.respond({ ':status': 501 }, { endStream: true });
      closeWhenSent(stream);
    } else stream.close(NGHTTP2_PROTOCOL_ERROR);
    return undefined;
  };

  session.on('stream', (stream, _headers, _flags, fields) => {
    // What follows, follows from `close`.
    stream.on('error', () => undefined);
    if (session.destroyed) return;
    // Reset in the same breath.
    if (stream.destroyed) return wasReset();
    open++;
    const exchange = serve(stream, fields);
    stream.once('close', () => {
      if (--open === 0) idle.refresh();
      if (open === 0 && session.closed) cutSoon();
      if (exchange === undefined || !(exchange.answered || exchange.cut)) wasReset();
    });
    if (exchange !== undefined) onConnection(exchange, peer);
  });
  session.on('error', (error) => log.debug({ peer, cause: error.message }, 'HTTP/2 session failed'));
  socket.once('close', () => clearTimeout(idle));

  return {
    leave() {
      if (session.destroyed || session.closed) return;
      session.goaway(NGHTTP2_NO_ERROR, anyStream);
      setTimeout(close, noticeMs);
    },
  };
}
