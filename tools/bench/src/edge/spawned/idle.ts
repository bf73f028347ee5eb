import { connect, type Socket } from 'node:net';

/** PORT COUNT: connects so many clients, each makes one request and stays. Prints how many got their answer. */
const [port, count] = [Number(process.argv[2]), Number(process.argv[3])];
/** More would overflow what listeners queue. */
const atOnce = 32;
const kept: Socket[] = [];
let answered = 0;

async function client(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write('GET / HTTP/1.1\r\nHost: bench\r\n\r\n');
  socket.once('data', (data: Buffer) => {
    if (data.toString('latin1', 0, 12) === 'HTTP/1.1 200') answered++;
    resolve();
  });
  socket.on('error', () => resolve());
  socket.on('close', () => resolve());
  kept.push(socket);
  await promise;
}

let left = count;
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (left-- > 0) await client();
  }),
);
process.stdout.write(`${JSON.stringify({ answered })}\n`);
setInterval(() => undefined, 1000); // until it is ended
