import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LentStore } from '@edgeway/testing';
import type { Server, StoreSource } from './source.ts';

/** Lends stores to the test workers, which are other processes, over loopback HTTP. */
export interface Lender {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * `POST /postgres` lends the one PostgreSQL of the run, started when first asked for, so that a run
 * of pure tests starts none. `POST /redis` starts one per borrower: Redis has no databases to keep
 * borrowers apart. `DELETE /redis/{id}` gives it back.
 */
export async function startLender(source: StoreSource): Promise<Lender> {
  const lent = new Map<string, Promise<Server>>();
  let last = 0;
  const lend = async (name: string): Promise<LentStore & { id: string }> => {
    const id = name === 'redis' ? `redis/${++last}` : 'postgres/1';
    let server = lent.get(id);
    if (server === undefined) lent.set(id, (server = name === 'redis' ? source.redis() : source.postgres()));
    const { host, port, password } = await server;
    return { id: id.slice(id.indexOf('/') + 1), host, port, password };
  };
  const giveBack = async (id: string) => {
    if (!id.startsWith('redis/')) return;
    const server = lent.get(id);
    lent.delete(id);
    await (await server)?.stop();
  };
  const http = createServer((request, response) => {
    const path = request.url!.slice(1);
    const work = request.method === 'DELETE' ? giveBack(path) : lend(path);
    work.then(
      (answer) => response.end(JSON.stringify(answer ?? {})),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async stop() {
      http.close();
      http.closeAllConnections();
      const started = await Promise.allSettled(lent.values());
      const running = started.flatMap((server) => (server.status === 'fulfilled' ? [server.value] : []));
      await Promise.all(running.map((server) => server.stop()));
    },
  };
}
