import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** One end of a connection that keeps all that came, and closes its half only when it is told to. */
export interface End {
  readonly socket: Socket;
  readonly received: string;
  /** Settles when `text` has come, and fails when the connection closes before. */
  until(text: string): Promise<void>;
  /** Settles with all that came when the other end has sent FIN. */
  readonly ended: Promise<string>;
  /** Settles with how it closed: by an error's code, or in order. */
  readonly closed: Promise<string>;
}

export interface TcpEndpoint {
  /** `host:port` */
  readonly address: string;
  readonly ends: readonly End[];
  /** Settles when the n-th connection has come. */
  connection(number?: number): Promise<End>;
  stop(): Promise<void>;
}

function endOf(socket: Socket): End {
  let received = '';
  let failure: NodeJS.ErrnoException | undefined;
  const arrivals = socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', (error) => (failure = error));
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(failure?.code ?? 'in order')));
  return {
    socket,
    get received() {
      return received;
    },
    async until(text) {
      while (!received.includes(text)) {
        if (socket.closed) throw new Error(`closed before ${JSON.stringify(text)}: ${JSON.stringify(received)}`);
        await Promise.race([new Promise((resolve) => arrivals.once('data', resolve)), closed]);
      }
    },
    ended: new Promise((resolve) => socket.once('end', () => resolve(received))),
    closed,
  };
}

/** Accepts connections and leaves the rest to the test. */
export async function tcpEndpoint(onConnection: (end: End) => void = () => {}): Promise<TcpEndpoint> {
  const ends: End[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    const end = endOf(socket);
    ends.push(end);
    server.emit('end', end);
    onConnection(end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const { socket } of ends) socket.destroy();
    await closed;
  };
  onTestFinished(stop);
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ends,
    async connection(number = 1) {
      while (ends.length < number) await once(server, 'end');
      return ends[number - 1]!;
    },
    stop,
  };
}

/** A connected client, until the test ends. */
export async function tcpClient(port: number): Promise<End> {
  const end = endOf(connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }));
  onTestFinished(() => void end.socket.destroy());
  await once(end.socket, 'connect');
  return end;
}

/** How a connection fares on which nothing is sent: by an error's code, maybe before it is known to stand. */
export async function knock(port: number): Promise<string> {
  const { socket, closed } = endOf(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
  onTestFinished(() => void socket.destroy());
  return closed;
}

/** An address where nobody listens. */
export async function goneAddress(): Promise<string> {
  const endpoint = await tcpEndpoint();
  await endpoint.stop();
  return endpoint.address;
}

/** An address that takes no connections and refuses none: a stopped process with a full queue. */
export async function mute(): Promise<string> {
  const worker = new Worker(
    `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:worker_threads').parentPort.postMessage(server.address().port);
      setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 10);
    });`,
    { eval: true },
  );
  onTestFinished(async () => void (await worker.terminate()));
  const [port] = (await once(worker, 'message')) as [number];
  await new Promise((resolve) => setTimeout(resolve, 50));
  const queued = Array.from({ length: 2 }, () => connect({ port, host: '127.0.0.1' }));
  for (const socket of queued) {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
  }
  return `127.0.0.1:${port}`;
}
