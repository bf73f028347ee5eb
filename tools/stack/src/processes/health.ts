import { get } from 'node:http';
import { connect } from 'node:net';

const patienceMs = 500;

/** Whether an app says that it is ready. */
export function answersReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/readyz', agent: false, timeout: patienceMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/** Whether PostgreSQL lets clients in, as pg_isready asks: one that is still recovering answers a start-up packet with an error. */
export function postgresAnswers(port: number): Promise<boolean> {
  const parameters = Buffer.from('user\0postgres\0database\0postgres\0\0');
  const packet = Buffer.alloc(8);
  packet.writeInt32BE(packet.length + parameters.length, 0);
  packet.writeInt32BE(3 << 16, 4); // protocol 3.0
  return answers(port, Buffer.concat([packet, parameters]), (reply) => reply.startsWith('R'));
}

/** Whether Redis answers; that it asks for a password is an answer. */
export function redisAnswers(port: number): Promise<boolean> {
  return answers(port, Buffer.from('PING\r\n'), (reply) => /^(?:\+PONG|-NOAUTH)/.test(reply));
}

function answers(port: number, question: Buffer, isRight: (reply: string) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(question));
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.once('data', (reply) => {
      resolve(isRight(reply.toString('latin1')));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
