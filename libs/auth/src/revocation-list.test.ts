import { startRedis, type TestRedis } from '@edgeway/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRevocationList } from './revocation-list.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis({ host: server.host, port: server.port, maxRetriesPerRequest: 0, lazyConnect: true });
  redis.on('error', () => undefined);
  await redis.connect();
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

describe('the revocation list', () => {
  it('knows what was revoked, for as long as it was told to', async () => {
    const list = createRevocationList(redis);
    expect(await list.isRevoked('s1')).toBe(false);
    await list.revoke('s1', 360);
    await list.revoke('s1', 360);
    expect([await list.isRevoked('s1'), await list.isRevoked('s2')]).toEqual([true, false]);
    const left = await redis.ttl('revoked:session:s1');
    expect(left).toBeGreaterThan(350);
    expect(left).toBeLessThanOrEqual(360);
  });

  it('says that it does not know, rather than "not revoked", when Redis is away', async () => {
    await server.refuse();
    await expect(createRevocationList(redis).isRevoked('s1')).rejects.toBeInstanceOf(Error);
  });
});
