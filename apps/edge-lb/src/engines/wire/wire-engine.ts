import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CodedError } from '@edgeway/errors';
import { answerText, problemFields } from '../../http/answer-text.ts';
import type { Engine, Front, Listening } from '../engine.ts';
import { ClientConnection } from './client-connection.ts';
import { WireContext } from './wire-context.ts';

/**
 * How long new requests are still answered while it drains, each with `Connection: close`, before the
 * listener goes: kept-alive clients leave by themselves instead of losing a request.
 */
const lingerMs = 300;

/** The balancer's own engine: `node:net` and `@edgeway/http1`, bytes in, bytes out. */
export function wireEngine(): Engine {
  return {
    name: 'wire',
    async listen(front) {
      const context = new WireContext(front);
      const server = createServer({ noDelay: true }, (socket) => accept(context, socket));
      const address = await bind(server, front);
      return { address, drain: () => drain(server, context) };
    },
  };
}

function accept(context: WireContext, socket: Socket): void {
  const peer = socket.remoteAddress;
  // It has gone already.
  if (peer === undefined) return void socket.destroy();
  if (!context.hasRoomFor(peer)) return turnAway(context.front, socket);
  context.come(new ClientConnection(context, socket, peer, 'http'), peer);
}

function turnAway(front: Front, socket: Socket): void {
  const error = new CodedError('EDGE_CONNECTION_LIMIT');
  const answer = problemFields(error, { requestId: crypto.randomUUID(), instance: front.instance }, '');
  socket.on('error', () => socket.destroy());
  socket.setTimeout(1000, () => socket.destroy());
  socket.end(answerText({ ...answer, close: true }), 'latin1');
  socket.resume();
}

async function drain(server: Server, context: WireContext): Promise<void> {
  context.draining = true;
  await wait(lingerMs);
  const closed = new Promise((resolve) => server.close(resolve));
  context.leaveIdle();
  await context.empty();
  await closed;
  context.close();
}

async function bind(server: Server, front: Front): Promise<Listening['address']> {
  const { host, port } = front.address;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  return { host, port: typeof bound === 'object' && bound !== null ? bound.port : port };
}
