import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { CodedError } from '@edgeway/errors';
import { newRequestId } from '../../http/ids.ts';
import { answerText, problemFields } from '../../http/answer-text.ts';
import { bind } from '../bind.ts';
import type { Engine, Front } from '../engine.ts';
import { readPreface } from '../../l4/preface.ts';
import { tlsFront } from '../../tls/tls-front.ts';
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
      const tls =
        front.tls &&
        tlsFront({
          tls: front.tls,
          path: `listeners.${front.name}.tls`,
          log: front.log,
          onConnection: (socket, peer) => serve(context, socket, peer, 'https'),
        });
      const server = createServer({ noDelay: true }, (socket) =>
        identify(front, socket, (peer, bytes) => {
          if (!context.hasRoomFor(peer)) return turnAway(front, socket);
          if (tls === undefined) return serve(context, socket, peer, 'http', bytes);
          if (bytes.length > 0) socket.unshift(bytes);
          tls.accept(socket, peer);
        }),
      );
      const address = await bind(server, front);
      return {
        address,
        drain: async () => {
          tls?.close();
          await drain(server, context);
        },
      };
    },
  };
}

/** Whose connection this is: the socket's peer, or whom its PROXY header names. */
function identify(front: Front, socket: Socket, done: (peer: string, bytes: Buffer) => void): void {
  const peer = socket.remoteAddress;
  // It has gone already.
  if (peer === undefined) return void socket.destroy();
  if (front.proxyProtocolFrom?.(peer) !== true) return done(peer, nothing);
  const onError = (): void => void socket.destroy();
  socket.on('error', onError);
  readPreface(socket, { proxyHeader: true, clientHello: false }, front.limits.headSeconds, (preface) => {
    socket.off('error', onError);
    if (!('fault' in preface)) return done(preface.source?.host ?? peer, preface.bytes);
    front.log.debug({ peer, fault: preface.fault }, 'no PROXY header');
    socket.destroy();
  });
}

function serve(context: WireContext, socket: Duplex, peer: string, proto: 'http' | 'https', bytes = nothing): void {
  const connection = new ClientConnection(context, socket, peer, proto);
  context.come(connection, peer);
  if (bytes.length > 0) connection.read(bytes);
  socket.resume();
}

const nothing: Buffer = Buffer.alloc(0);

function turnAway(front: Front, socket: Socket): void {
  const error = new CodedError('EDGE_CONNECTION_LIMIT');
  const answer = problemFields(error, { requestId: newRequestId(), instance: front.instance }, '');
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
