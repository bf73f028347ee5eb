import { randomUUID } from 'node:crypto';
import { startPostgres, type TestPostgres } from '@edgeway/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedCatalogue } from './store/seed-catalogue.ts';
import { startReplicas, type Caller, type OrderReplicas } from './testing/order-replicas.ts';

let postgres: TestPostgres;
let service: OrderReplicas;
let user: Caller;
const lamp = seedCatalogue[0]!.id;

beforeAll(async () => {
  postgres = await startPostgres();
  service = await startReplicas(await postgres.createDatabase('orders'));
  user = await service.as();
});
afterAll(async () => {
  await service?.stop();
  await postgres?.stop();
});

it('answers 503 with Retry-After while PostgreSQL is away, stays ready, and recovers by itself', async () => {
  const key = randomUUID();
  const order = () => user.order([{ productId: lamp, quantity: 1 }], key);
  const before = await service.stockOf(lamp);
  await postgres.refuse();
  for (const answer of [await service.anonymous('/api/v1/products'), await user.get('/api/v1/orders'), await order()]) {
    expect(answer).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  }
  expect(await service.anonymous('/readyz')).toMatchObject({ status: 200 });
  await postgres.accept();
  expect(await order()).toMatchObject({ status: 201 });
  expect(await service.stockOf(lamp)).toBe(before - 1);
});

it('sells once when connections are cut in the middle of orders and clients repeat them', async () => {
  const before = await service.stockOf(lamp);
  const keys = Array.from({ length: 20 }, () => randomUUID());
  const order = (key: string) => user.order([{ productId: lamp, quantity: 1 }], key);
  const first = keys.map(order);
  await Promise.race(first);
  postgres.cut();
  for (const { status } of await Promise.all(first)) expect([201, 503]).toContain(status);
  for (const key of keys) await expect.poll(async () => (await order(key)).status, { timeout: 5000 }).toBe(201);
  expect(await service.stockOf(lamp)).toBe(before - keys.length);
});
