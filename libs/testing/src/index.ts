export { fakeClock, type FakeClock } from './fake-clock.ts';
export { startFaultProxy, type FaultProxy, type Faults } from './fault-proxy.ts';
export { startPostgres, type TestDatabase, type TestPostgres } from './postgres.ts';
export { startRedis, type TestRedis } from './redis.ts';
export { seededRandom } from './seeded-random.ts';
export type { LentStore } from './stores.ts';
