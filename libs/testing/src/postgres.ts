import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { startFaultProxy, type Faults } from './fault-proxy.ts';
import { borrowStore } from './stores.ts';

export interface TestDatabase {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A real PostgreSQL as one test sees it: the databases and the faults are its own. */
export interface TestPostgres extends Faults {
  readonly host: string;
  readonly port: number;
  /** A superuser. */
  readonly user: string;
  readonly password: string;
  /** A new, empty database; `name` gets a random suffix, since the server is shared. */
  createDatabase(name: string): Promise<TestDatabase>;
  /** Drops what was created, whoever is connected. */
  stop(): Promise<void>;
}

/** Reaches the run's PostgreSQL, through a proxy of its own that can refuse or cut (see {@link Faults}). */
export async function startPostgres(): Promise<TestPostgres> {
  const store = await borrowStore('postgres');
  const proxy = await startFaultProxy({ target: store });
  const login = { user: 'postgres', password: store.password };
  const admin = new Client({ ...login, host: store.host, port: store.port, database: 'postgres' });
  await admin.connect();
  const created: string[] = [];
  return {
    ...proxy,
    ...login,
    async createDatabase(name) {
      const database = `${name}_${randomBytes(6).toString('hex')}`;
      await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(database)}`);
      created.push(database);
      return { ...login, host: proxy.host, port: proxy.port, database };
    },
    async stop() {
      for (const database of created) {
        await admin.query(`DROP DATABASE ${admin.escapeIdentifier(database)} WITH (FORCE)`);
      }
      await admin.end();
      await proxy.stop();
      await store.release();
    },
  };
}
