import { readSecret } from '@edgeway/config';
import type { Discovery } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { asCodedStoreError } from './unavailable.ts';

export interface PostgresOptions {
  readonly discovery: Discovery;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly database: string;
  readonly user: string;
  /** The service's name in docker-compose.yml. Default `postgres`. */
  readonly service?: string;
}

export interface Postgres<DB> {
  readonly db: Kysely<DB>;
  /**
   * Runs work against the database; a database that cannot be reached becomes DATABASE_UNAVAILABLE.
   * All access goes through here, so that no caller forgets.
   */
  run<T>(work: (db: Kysely<DB>) => Promise<T>): Promise<T>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

const connectTimeoutMs = 2000;
/** The server gives up first; the client's own limit is for a server that cannot even say so. */
const statementTimeoutMs = 4000;
const queryTimeoutMs = 5000;
const maxConnections = 10;
/** After a failover some connections lead to a machine that will never say it is gone. They go soon anyway. */
const connectionLifetimeSeconds = 30;

/**
 * A pool to the service's own database. The password comes from DATABASE_PASSWORD_FILE. A lost
 * server fails the queries of the moment; the pool connects anew by itself.
 */
export function connectPostgres<DB>(options: PostgresOptions): Postgres<DB> {
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: createPool(options) }) });
  const run = async <T>(work: (db: Kysely<DB>) => Promise<T>): Promise<T> =>
    work(db).catch((error: unknown) => {
      throw asCodedStoreError(error);
    });
  return {
    db,
    run,
    ping: async () => void (await run((database) => sql`select 1`.execute(database))),
    close: () => db.destroy(),
  };
}

function createPool({ discovery, env, log, database, user, service = 'postgres' }: PostgresOptions): pg.Pool {
  const password = readSecret(env, 'DATABASE_PASSWORD');
  /** Looks the server up for each connection: it may have come back elsewhere. */
  class LocatingClient extends pg.Client {
    constructor(config: pg.ClientConfig = {}) {
      const { host, port } = discovery.locate({ service, port: 5432 });
      // The pool hides the password from enumeration, so that it does not get into a log by accident.
      super({ ...config, password, host, port });
    }
  }
  const pool = new pg.Pool({
    Client: LocatingClient,
    database,
    user,
    max: maxConnections,
    maxLifetimeSeconds: connectionLifetimeSeconds,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: queryTimeoutMs,
    keepAlive: true,
    application_name: user,
  });
  // An idle connection that dies is not a crash: the next query opens another.
  pool.on('error', (error) => log.warn({ err: error }, 'idle database connection lost'));
  // The pool does not listen to one that is lent out. If it dies between two statements of a
  // transaction the next statement says so; without a listener the process would end.
  pool.on('connect', (client) => client.on('error', (error) => log.debug({ err: error }, 'database connection lost')));
  return pool;
}
