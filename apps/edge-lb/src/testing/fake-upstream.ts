import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An endpoint over a real socket, until the test ends. Its probes are answered apart from what a test has it do. */
export interface FakeUpstream {
  /** `host:port` */
  readonly address: string;
  readonly port: number;
  /** Whether probes find it healthy. */
  healthy: boolean;
  /** Settles when its first probe has been answered. */
  readonly probed: Promise<void>;
  /** Cuts all connections and refuses new ones, as a killed process does. */
  stop(): Promise<void>;
}

/** What arrived, and how its stories ended. */
export interface HttpUpstream extends FakeUpstream {
  /** Requests other than probes. */
  readonly seen: readonly IncomingMessage[];
  /** Settles when the next request arrives. */
  arrival(): Promise<IncomingMessage>;
}

/** An endpoint that parses HTTP and answers by `answer`. */
export async function httpUpstream(answer: RequestListener): Promise<HttpUpstream> {
  const seen: IncomingMessage[] = [];
  const server = createHttpServer((request, response) => {
    if (request.url === '/readyz') {
      response.once('close', () => server.emit('probed'));
      return void response.writeHead(upstream.healthy ? 200 : 503).end();
    }
    seen.push(request);
    server.emit('arrival', request);
    answer(request, response);
  });
  const upstream = {
    ...(await listening(server)),
    seen,
    arrival: async () => (await once(server, 'arrival'))[0] as IncomingMessage,
  };
  return upstream;
}

/** A connection as a raw endpoint sees it. */
export interface RawConnection {
  readonly socket: Socket;
  /** All bytes that came on it. */
  readonly received: string;
}

export interface RawUpstream extends FakeUpstream {
  /** Connections that carried something other than a probe. */
  readonly connections: readonly RawConnection[];
}

/** An endpoint that sees bytes: `answer` is called with all that has come on a connection each time more comes. */
export async function rawUpstream(answer: (received: string, socket: Socket) => void): Promise<RawUpstream> {
  const connections: RawConnection[] = [];
  const server = createServer((socket) => {
    const connection = { socket, received: '' };
    socket.on('error', () => undefined);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      connection.received += chunk;
      if (connection.received.startsWith('GET /readyz '))
        return void socket
          .once('close', () => server.emit('probed'))
          .end(`HTTP/1.1 ${upstream.healthy ? 200 : 503} x\r\nContent-Length: 0\r\n\r\n`);
      if (!connections.includes(connection)) connections.push(connection);
      answer(connection.received, socket);
    });
  });
  const upstream = { ...(await listening(server)), connections };
  return upstream;
}

async function listening(server: Server): Promise<FakeUpstream> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  onTestFinished(stop);
  const probed = new Promise<void>((resolve) => void server.once('probed', resolve));
  return { address: `127.0.0.1:${port}`, port, healthy: true, probed, stop };
}
