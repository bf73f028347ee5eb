import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { fakeClock } from '@edgeway/testing';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { redisMemory } from './redis-memory.ts';
import { sessionCheck } from './session-check.ts';

const identity = { userId: 'u', sessionId: 's', scopes: new Set<string>() };
const away = (): Promise<never> => Promise.reject(new Error('away'));

function check(known: { redis: () => Promise<boolean>; remembers?: boolean; service?: boolean }): Promise<void> {
  const answer = { status: 200, headers: {}, body: Readable.from([Buffer.from(`{"active":${known.service}}`)]) };
  return sessionCheck({
    revocations: { isRevoked: known.redis },
    remembers: () => known.remembers ?? true,
    users: { request: async () => (known.service === undefined ? away() : answer) },
    mint: async () => 'token',
  })(identity);
}

describe('sessionCheck', () => {
  it("takes Redis's word without asking the service", async () => {
    await expect(check({ redis: async () => false })).resolves.toBeUndefined();
    await expect(check({ redis: async () => true })).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
  });

  it('asks the service while Redis is away, and while it may have forgotten', async () => {
    const cases = [{ redis: away }, { redis: async () => false, remembers: false }];
    for (const known of cases) {
      await expect(check({ ...known, service: true })).resolves.toBeUndefined();
      await expect(check({ ...known, service: false })).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
    }
  });

  it('admits nobody when neither can tell', async () => {
    await expect(check({ redis: away })).rejects.toMatchObject({ code: 'SESSION_CHECK_UNAVAILABLE', status: 503 });
  });
});

describe('redisMemory', () => {
  it('is believed again 5 s after each time Redis came back', () => {
    const [redis, clock] = [new EventEmitter(), fakeClock()];
    const remembers = redisMemory(redis as unknown as Pick<Redis, 'on'>, clock.now);
    expect(remembers()).toBe(false);
    clock.advance(5000);
    expect(remembers()).toBe(true);
    redis.emit('ready');
    expect(remembers()).toBe(false);
    clock.advance(5000);
    expect(remembers()).toBe(true);
  });
});
