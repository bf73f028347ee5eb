import type { Duplex } from 'node:stream';
import { h2Client, testFront } from './test-front.ts';

/** A server that writes what it is told to as soon as a request's head has come: at once, and whole. */
export async function rawFront(answer: (connection: Duplex, head: string) => void) {
  const connections: Duplex[] = [];
  const heads: string[] = [];
  const { port } = await testFront({
    onConnection(socket) {
      connections.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', (chunk: Buffer) => {
        const head = chunk.toString('latin1');
        heads.push(head);
        answer(socket, head);
      });
      socket.on('data', () => undefined);
    },
  });
  return { port, session: await h2Client(port), connections, heads };
}
