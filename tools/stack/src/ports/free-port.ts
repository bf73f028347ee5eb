import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * Where ports for services come from: below the range from which systems take the near end of outgoing
 * connections (32768 on Linux, 49152 elsewhere), so that none of those can take a port that was just
 * found free, or that a restarting service is about to take again.
 */
const range = { first: 20_000, last: 32_000 };
const attempts = 100;
const handedOut = new Set<number>();

/** A loopback port that nobody listens on now, never the same twice. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = range.first + Math.floor(Math.random() * (range.last - range.first));
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if ((await portState(port, '127.0.0.1')) === 'free') return port;
  }
  return anyPort();
}

/** What the system picks. */
async function anyPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether something could listen there, and if not, why. */
export function portState(port: number, host: string): Promise<'free' | 'busy' | 'forbidden'> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EACCES' ? 'forbidden' : 'busy'));
    server.listen(port, host, () => server.close(() => resolve('free')));
  });
}
