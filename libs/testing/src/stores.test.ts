import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

it('lends a PostgreSQL with a database of its own, which can be lost and found again', async () => {
  const postgres = await startPostgres();
  const database = await postgres.createDatabase('orders');
  const first = new Client(database);
  const lost = new Promise((resolve) => first.on('error', resolve));
  await first.connect();
  await first.query('CREATE TABLE proof (id int)');
  await postgres.refuse();
  expect(await lost).toBeInstanceOf(Error);
  await postgres.accept();
  const second = new Client(database);
  await second.connect();
  expect((await second.query('SELECT current_database() AS name FROM proof')).rows).toEqual([]);
  await second.end();
  await postgres.stop();
});

it('lends every borrower an empty Redis', async () => {
  const [one, other] = await Promise.all([startRedis(), startRedis()]);
  const clients = [new Redis(one), new Redis(other)] as const;
  await clients[0].set('key', 'value');
  expect(await clients[1].get('key')).toBeNull();
  for (const client of clients) client.disconnect();
  await Promise.all([one.stop(), other.stop()]);
});
