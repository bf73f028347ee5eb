import { randomBytes } from 'node:crypto';
import { staticDiscovery } from '@edgeway/discovery';
import { startPostgres, type TestPostgres } from '@edgeway/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectSuperuser } from './connect-superuser.ts';
import { createDatabases, type ServiceDatabase } from './create-databases.ts';

const suffix = randomBytes(4).toString('hex');
const users: ServiceDatabase = { database: `users_${suffix}`, role: `user_svc_${suffix}`, password: "it's first" };
const orders: ServiceDatabase = { database: `orders_${suffix}`, role: `order_svc_${suffix}`, password: 'second' };
let postgres: TestPostgres;
let superuser: Client;

const connect = () =>
  connectSuperuser({
    discovery: staticDiscovery({ postgres: [postgres] }),
    password: postgres.password,
    onRetry: () => undefined,
  });

beforeAll(async () => {
  postgres = await startPostgres();
  superuser = await connect();
  await createDatabases(superuser, [users, orders]);
});
afterAll(async () => {
  for (const { database, role } of [users, orders]) {
    await superuser.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await superuser.query(`DROP ROLE IF EXISTS ${role}`);
  }
  await superuser.end();
  await postgres.stop();
});

/** Logs in to a database as a service would, and runs one statement. */
async function as({ role, password }: ServiceDatabase, database: string, sql: string): Promise<unknown[]> {
  const client = new Client({ host: postgres.host, port: postgres.port, user: role, password, database });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('createDatabases', () => {
  it('gives each service a database in which it may do as it likes', async () => {
    for (const owner of [users, orders]) {
      await as(owner, owner.database, 'CREATE TABLE mine (id int); INSERT INTO mine VALUES (1)');
      expect(await as(owner, owner.database, 'SELECT id FROM mine')).toEqual([{ id: 1 }]);
    }
  });

  it('makes databases that know letters beyond ASCII, on whatever locale the server was set up with', async () => {
    const sql = "SELECT length('Zoë') AS characters, upper('zoë') AS upper";
    expect(await as(users, users.database, sql)).toEqual([{ characters: 3, upper: 'ZOË' }]);
  });

  it.each([orders.database, 'postgres', 'template1'])('keeps a service out of the database %s', async (other) => {
    await expect(as(users, other, 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
  });

  it.each([`CREATE ROLE x_${suffix}`, `CREATE DATABASE x_${suffix}`, 'SELECT * FROM pg_authid'])(
    'gives a service no right beyond its database: %s',
    async (sql) => {
      await expect(as(users, users.database, sql)).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('keeps the data when run again, and takes a new password', async () => {
    await as(users, users.database, 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)');
    const changed = { ...users, password: 'changed' };
    await createDatabases(superuser, [changed, orders]);
    await expect(as(users, users.database, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await as(changed, users.database, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
    await createDatabases(superuser, [users, orders]);
  });

  it('takes back rights that were handed out since', async () => {
    await superuser.query(`ALTER ROLE ${users.role} CREATEDB`);
    await superuser.query(`GRANT CONNECT ON DATABASE ${orders.database} TO PUBLIC`);
    await createDatabases(superuser, [users, orders]);
    await expect(as(users, users.database, `CREATE DATABASE x_${suffix}`)).rejects.toMatchObject({ code: '42501' });
    await expect(as(users, orders.database, 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
  });

  it('survives runs at the same time', async () => {
    const connections = await Promise.all(Array.from({ length: 5 }, () => connect()));
    await Promise.all(connections.map((connection) => createDatabases(connection, [users, orders])));
    await Promise.all(connections.map((connection) => connection.end()));
    expect(await as(users, users.database, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  });
});
