import type { Server } from 'node:net';
import type { Front, Listening } from './engine.ts';

/** Listens where the front says. @returns where that is: a port of 0 is any free one. */
export async function bind(server: Server, { address, reusePort }: Front): Promise<Listening['address']> {
  const { host, port } = address;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, reusePort }, resolve);
  });
  const bound = server.address();
  return { host, port: typeof bound === 'object' && bound !== null ? bound.port : port };
}
