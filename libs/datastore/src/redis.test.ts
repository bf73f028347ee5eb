import { once } from 'node:events';
import type { Address, Discovery } from '@edgeway/discovery';
import { createLogger } from '@edgeway/telemetry';
import { startFaultProxy, startRedis, type TestRedis } from '@edgeway/testing';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectRedis } from './redis.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server?.stop());

function connect(locate: () => Address, lines: string[] = []): Redis {
  const discovery: Discovery = { locate, watch: () => ({ close: () => undefined }) };
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ name: 'datastore', instance: 'test', destination });
  const redis = connectRedis({ discovery, env: {}, log });
  onTestFinished(() => redis.disconnect());
  return redis;
}
const answered = (redis: Redis): Promise<string> => redis.ping().catch(() => 'no');

describe('connectRedis', () => {
  it('fails commands at once while Redis is away and works again by itself', async () => {
    const redis = connect(() => server);
    await once(redis, 'ready');
    await server.refuse();
    const began = performance.now();
    await expect(redis.ping()).rejects.toThrow(/offline|closed|max retries/i);
    expect(performance.now() - began).toBeLessThan(1000);
    await server.accept();
    await once(redis, 'ready');
    expect(await redis.ping()).toBe('PONG');
  });

  it('may be made before Redis is there, and says once that it is away', async () => {
    const proxy = await startFaultProxy({ target: server });
    await proxy.refuse();
    const lines: string[] = [];
    const redis = connect(() => proxy, lines);
    let failures = 0;
    const thrice = Promise.withResolvers<void>();
    redis.on('reconnecting', (_delay: number) => ++failures === 3 && thrice.resolve());
    await thrice.promise;
    expect(lines).toHaveLength(1);
    await proxy.accept();
    await once(redis, 'ready');
    expect(lines).toHaveLength(2);
    await proxy.stop();
  });

  it('finds Redis where it is now, not where it was', async () => {
    const first = await startFaultProxy({ target: server });
    let current: Address = first;
    const redis = connect(() => current);
    await once(redis, 'ready');
    current = server;
    await first.stop();
    await expect.poll(() => answered(redis)).toBe('PONG');
  });
});
