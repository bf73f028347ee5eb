import type { Address, Discovery } from '@edgeway/discovery';
import { createLogger } from '@edgeway/telemetry';
import { startFaultProxy, startPostgres, type TestDatabase, type TestPostgres } from '@edgeway/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from './migrate.ts';
import { connectPostgres, type Postgres } from './postgres.ts';

const log = createLogger({ name: 'datastore', instance: 'test', level: 'silent' });
let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

function connect({ database, user, password }: TestDatabase, locate: () => Address = () => server): Postgres<object> {
  const discovery: Discovery = { locate, watch: () => ({ close: () => undefined }) };
  const postgres = connectPostgres<object>({ discovery, env: { DATABASE_PASSWORD: password }, log, database, user });
  onTestFinished(() => postgres.close());
  return postgres;
}

describe('connectPostgres', () => {
  it('answers DATABASE_UNAVAILABLE while the server is away and works again without help', async () => {
    const postgres = connect(await server.createDatabase('away'));
    await postgres.ping();
    await server.refuse();
    await expect(postgres.ping()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', status: 503 });
    await server.accept();
    await postgres.ping();
  });

  it('survives a connection that dies between two statements of a transaction', async () => {
    const postgres = connect(await server.createDatabase('between'));
    const died = Promise.withResolvers<void>();
    const transaction = postgres.run((db) =>
      db.transaction().execute(async (tx) => {
        await sql`select 1`.execute(tx);
        server.cut();
        await died.promise;
        await sql`select 1`.execute(tx);
      }),
    );
    await expect.poll(() => postgres.ping().then(() => 'up')).toBe('up');
    died.resolve();
    await expect(transaction).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('finds the server where it is now, not where it was', async () => {
    const database = await server.createDatabase('moved');
    const first = await startFaultProxy({ target: server });
    const second = await startFaultProxy({ target: server });
    let current: Address = first;
    const postgres = connect(database, () => current);
    await postgres.ping();
    current = second;
    await first.stop();
    await expect.poll(() => postgres.ping().then(() => 'up')).toBe('up');
    await second.stop();
  });

  it('lets the faults of a statement pass as they are', async () => {
    const postgres = connect(await server.createDatabase('faults'));
    await expect(postgres.run((db) => sql`select 1/0`.execute(db))).rejects.toMatchObject({ code: '22012' });
  });

  it('refuses to start without a password', () => {
    const discovery: Discovery = { locate: () => server, watch: () => ({ close: () => undefined }) };
    expect(() => connectPostgres({ discovery, env: {}, log, database: 'x', user: 'x' })).toThrow(
      /DATABASE_PASSWORD_FILE/,
    );
  });
});

describe('migrate', () => {
  const migrations = {
    '0001': { up: async (db: Postgres<object>['db']) => void (await sql`create table proof (id int)`.execute(db)) },
    '0002': { up: async (db: Postgres<object>['db']) => void (await sql`insert into proof values (1)`.execute(db)) },
  };

  it('runs each migration once when four replicas start at the same time', async () => {
    const database = await server.createDatabase('replicas');
    const replicas = Array.from({ length: 4 }, () => connect(database));
    await Promise.all(replicas.map(({ db }) => migrate(db, migrations, log)));
    const { rows } = await sql`select id from proof`.execute(replicas[0]!.db);
    expect(rows).toEqual([{ id: 1 }]);
  });

  it('waits for a server that is still starting', async () => {
    const postgres = connect(await server.createDatabase('starting'));
    await server.refuse();
    const waiting = Promise.withResolvers<void>();
    const told = log.child({});
    told.warn = () => waiting.resolve();
    const migrated = migrate(postgres.db, migrations, told);
    await waiting.promise;
    await server.accept();
    await migrated;
    expect(await sql`select id from proof`.execute(postgres.db)).toMatchObject({ rows: [{ id: 1 }] });
  });

  it('does not repeat a migration that is wrong', async () => {
    const postgres = connect(await server.createDatabase('wrong'));
    let runs = 0;
    const wrong = {
      '0001': {
        async up(db: Postgres<object>['db']) {
          runs++;
          await sql`create tabel x ()`.execute(db);
        },
      },
    };
    await expect(migrate(postgres.db, wrong, log)).rejects.toThrow(/syntax error/);
    expect(runs).toBe(1);
  });
});
