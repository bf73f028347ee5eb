import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@edgeway/errors';
import { refuseConnection, type Speaker } from '../../http/own-answers.ts';

/** Answers what Node's parser gives up on: bytes that are no request, requests that never end, CONNECT. */
export function answerRefusals(server: Server, speaker: () => Speaker): void {
  const latest = new WeakMap<Duplex, ServerResponse>();
  const refuse = (socket: Duplex, error: NodeJS.ErrnoException, code?: ErrorCode): void => {
    const last = latest.get(socket);
    const answer = (): void => refuseConnection(socket, error, speaker(), code);
    if (last === undefined || last.writableFinished) return answer();
    // The fault is in what was pipelined behind: answers keep the order of requests (RFC 9112, 9.3.2).
    if (last.req.complete) return void last.once('finish', answer);
    // The fault is in its body. Bytes put in the midst of an answer would be read as a part of it.
    if (last.headersSent || last.socket === null) return void socket.destroy();
    answer();
  };
  server.prependListener('request', (request, response) => void latest.set(request.socket, response));
  server.on('clientError', (error, socket) => refuse(socket, error));
  server.on('connect', (_request, socket) => refuse(socket, new Error('CONNECT'), 'EDGE_METHOD_UNSUPPORTED'));
}
