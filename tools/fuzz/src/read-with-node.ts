import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { Message, Reading } from './reading.ts';

interface Observed {
  readonly messages: { request: IncomingMessage; body: string; complete: boolean }[];
  refused: string | undefined;
  closed: boolean;
}

const observed = new WeakMap<Duplex, Observed>();

/** Node's own server with its strict parser, given connections that never touch a network. */
const server = createServer({
  insecureHTTPParser: false,
  // How much is too much is each parser's own matter: only what bytes mean is compared.
  maxHeaderSize: 1 << 20,
  requestTimeout: 0,
  headersTimeout: 0,
  keepAliveTimeout: 0,
});
server.on('request', observe);
server.on('checkContinue', observe);
server.on('checkExpectation', observe);
server.on('connect', (request: IncomingMessage, socket: Duplex) => {
  const seen = observed.get(socket)!;
  seen.messages.push({ request, body: '', complete: true });
  seen.closed = true;
});
server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
  const seen = observed.get(socket);
  if (seen === undefined || seen.refused !== undefined || seen.closed) return;
  if (error.code === 'HPE_CLOSED_CONNECTION') seen.closed = true;
  else seen.refused = error.code ?? error.message;
});

function observe(request: IncomingMessage, response: ServerResponse): void {
  const seen = observed.get(request.socket)!;
  const message = { request, body: '', complete: false };
  seen.messages.push(message);
  request.on('data', (data: Buffer) => (message.body += data.toString('latin1')));
  request.on('error', () => undefined);
  request.on('end', () => {
    message.complete = true;
    seen.closed ||= !response.shouldKeepAlive;
    response.end();
  });
}

/** Reads each of these connections; together, because each takes some turns of the event loop. */
export async function readWithNode(connections: readonly Buffer[]): Promise<Reading[]> {
  const sockets = connections.map((bytes) => {
    let answers = '';
    const socket = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        answers += chunk.toString('latin1');
        done();
      },
    });
    socket.on('error', () => undefined);
    const seen: Observed = { messages: [], refused: undefined, closed: false };
    observed.set(socket, seen);
    server.emit('connection', socket);
    socket.push(bytes);
    return { socket, seen, answers: () => answers };
  });
  // All of it happens in ticks and microtasks, and those end before the loop turns.
  await turn();
  await turn();
  const readings = sockets.map(({ seen, answers }) => readingOf(seen, answers()));
  for (const { socket } of sockets) socket.destroy();
  return readings;
}

function readingOf({ messages, refused, closed }: Observed, answers: string): Reading {
  // Node's server answers a request without Host by itself, before anyone is told of it.
  const ownRefusal = /^HTTP\/1\.1 400 /m.test(answers) ? 'answered 400' : undefined;
  return {
    messages: messages.map(({ request, body, complete }): Message => ({
      method: request.method!,
      target: request.url!,
      fields: request.rawHeaders,
      body,
      complete,
    })),
    refused: refused ?? ownRefusal,
    closed,
  };
}
