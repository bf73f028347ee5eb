import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A client that sends exactly the bytes it is told to, and keeps all it got back. */
export interface RawClient {
  readonly socket: Socket;
  /** Everything received so far. */
  readonly received: string;
  send(bytes: string): void;
  /** Settles when what was received holds `text` (`times` times), and fails when the connection ends before. */
  until(text: string, times?: number): Promise<string>;
  /** Settles with everything when the server has closed, in order or by a reset. */
  closed(): Promise<string>;
}

/** Connects, and sends `bytes` when there are any. Latin-1, as HTTP/1.1 heads are. */
export async function rawClient(port: number, bytes = ''): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(received));
  });
  const client: RawClient = {
    socket,
    get received() {
      return received;
    },
    send: (text) => void socket.write(text, 'latin1'),
    async until(text, times = 1) {
      while (received.split(text).length <= times) {
        if (socket.closed) throw new Error(`closed before ${JSON.stringify(text)}: ${JSON.stringify(received)}`);
        await Promise.race([new Promise((resolve) => socket.once('data', resolve)), closed]);
      }
      return received;
    },
    closed: () => closed,
  };
  if (bytes !== '') client.send(bytes);
  return client;
}

/** One request on a connection of its own, until the server closes it. */
export async function exchange(port: number, bytes: string): Promise<string> {
  return (await rawClient(port, bytes)).closed();
}

/** The problem document in a raw answer. */
export function problemIn(answer: string): { status: number; code: string; requestId: string } {
  const [head, body = ''] = answer.split('\r\n\r\n');
  if (!/^content-type: application\/problem\+json\r?$/im.test(head!)) throw new Error(`no problem: ${answer}`);
  return JSON.parse(body) as { status: number; code: string; requestId: string };
}
