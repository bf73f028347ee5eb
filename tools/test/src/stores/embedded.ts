import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, startRedis } from '@edgeway/stack/embedded';
import type { StoreSource } from './source.ts';

/** What `npm start` runs instead of containers, in a folder that is gone afterwards. */
export const embeddedStores: StoreSource = {
  kind: 'embedded',
  async postgres() {
    const dataDir = await mkdtemp(join(tmpdir(), 'edgeway-test-postgres-'));
    const password = randomBytes(12).toString('hex');
    const server = await startPostgres({ dataDir, password });
    const stop = async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    };
    return { host: server.host, port: server.port, password, stop };
  },
  async redis() {
    const server = await startRedis({});
    return { host: server.host, port: server.port, password: '', stop: () => server.stop() };
  },
};
