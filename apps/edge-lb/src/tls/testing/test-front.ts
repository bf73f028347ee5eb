import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { connect as connectH2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { createServer, type AddressInfo } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { createLogger } from '@edgeway/telemetry';
import { onTestFinished } from 'vitest';
import { tlsFront, type EncryptedSocket, type TlsFront, type TlsFrontOptions } from '../tls-front.ts';
import type { TlsConfig } from '../certificates.ts';
import { testCertificates } from './test-certificates.ts';

/** A front that listens, before a server that speaks HTTP/1.1, until the test ends. */
export interface TestFront {
  readonly port: number;
  readonly front: TlsFront;
  /** What was handed on, in its order. */
  readonly connections: readonly EncryptedSocket[];
  readonly log: readonly { readonly msg: string; readonly [field: string]: unknown }[];
}

export interface TestFrontOptions extends Partial<Omit<TlsFrontOptions, 'tls'>> {
  /** Default: one certificate, for `shop.example.org`. */
  readonly tls?: Partial<TlsConfig>;
  readonly answer?: RequestListener;
  /** Takes bytes off before TLS begins, as a PROXY header is. Default 0. */
  readonly skipBytes?: number;
}

export async function testFront(options: TestFrontOptions = {}): Promise<TestFront> {
  const { tls = {}, answer = (_request, response) => response.end('hello'), skipBytes = 0, ...rest } = options;
  const certificates = tls.certificates ?? [testCertificates().make('shop', { names: ['shop.example.org'] })];
  const { log, lines } = recordingLog();
  const http = createHttpServer(answer);
  const connections: EncryptedSocket[] = [];
  const front = tlsFront({
    tls: { minVersion: 'TLSv1.2', ...tls, certificates },
    path: 'listeners.public.tls',
    log,
    onConnection(socket, peer) {
      connections.push(socket);
      Object.assign(socket, { peer });
      http.emit('connection', socket);
    },
    ...rest,
  });
  const server = createServer({ noDelay: true }, (socket) => {
    if (skipBytes === 0) return front.accept(socket, '192.0.2.7');
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      socket.unshift(chunk.subarray(skipBytes));
      front.accept(socket, '192.0.2.7');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    front.close();
    http.close();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, front, connections, log: lines };
}

/** A client that has shaken hands; fails when the handshake does. */
export async function tlsClient(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  // Later ones are what a test looks at, or nobody.
  socket.on('error', () => undefined);
  return socket;
}

/** An HTTP/2 client. */
export async function h2Client(port: number, options: ConnectionOptions = {}): Promise<ClientHttp2Session> {
  const session = connectH2(`https://127.0.0.1:${port}`, {
    rejectUnauthorized: false,
    servername: 'shop.example.org',
    ...options,
  });
  session.on('error', () => undefined);
  onTestFinished(() => session.destroy());
  await new Promise((resolve, reject) => {
    session.once('remoteSettings', resolve).once('close', () => reject(new Error('closed')));
  });
  return session;
}

export interface H2Reply {
  readonly status: number | undefined;
  readonly fields: IncomingHttpHeaders;
  readonly body: Buffer;
  /** How the stream was closed: 0 in order. */
  readonly code: number;
  /** Statuses and fields of interim answers. */
  readonly interim: readonly IncomingHttpHeaders[];
}

/** One request on a session, with what came of it. */
export async function ask(
  session: ClientHttp2Session,
  fields: Readonly<Record<string, string | string[]>>,
  body?: Buffer | string,
): Promise<H2Reply> {
  const stream = session.request({ ':authority': 'shop.example.org', ...fields }, { endStream: body === undefined });
  const chunks: Buffer[] = [];
  const interim: IncomingHttpHeaders[] = [];
  let head: IncomingHttpHeaders = {};
  stream.on('headers', (fields) => interim.push(fields));
  stream.on('response', (fields) => (head = fields));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => undefined);
  if (body !== undefined) stream.end(body);
  await new Promise((resolve) => stream.once('close', resolve));
  const status = head[':status'] as number | undefined;
  return { status, fields: head, body: Buffer.concat(chunks), code: stream.rstCode, interim };
}

function recordingLog() {
  const lines: { readonly msg: string; readonly [field: string]: unknown }[] = [];
  const write = (text: string): void => void lines.push(JSON.parse(text) as (typeof lines)[number]);
  const log = createLogger({ name: 'edge-lb', instance: 'edge-lb-1', level: 'debug', destination: { write } });
  return { log, lines };
}

export { recordingLog };
