import { createLogger } from '@edgeway/telemetry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRevocationPublisher, revocationSeconds } from './revocation-publisher.ts';

const log = createLogger({ name: 'user-svc', instance: 'test', level: 'silent' });

/** A database of ended sessions, a Redis that can be away, and the publisher between them. */
function set(up: { redis?: boolean; database?: boolean } = {}) {
  const state = { redis: true, database: true, ...up };
  const ended: string[] = [];
  const known = new Map<string, number>();
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  let tries = 0;
  const publisher = createRevocationPublisher({
    sessions: {
      async revokedWithin(seconds) {
        tries++;
        expect(seconds).toBe(revocationSeconds);
        if (!state.database) throw new Error('no database');
        return [...ended];
      },
    },
    revocations: {
      async revoke(sessionId, ttlSeconds) {
        if (!state.redis) throw new Error('no redis');
        known.set(sessionId, ttlSeconds);
      },
    },
    log,
    signal: stop.signal,
    delay: () => 0,
  });
  return { state, ended, known, stop, publisher, tries: () => tries };
}

describe('the revocation publisher', () => {
  it('tells of a session for longer than an access token lives', async () => {
    const { publisher, known } = set();
    await publisher.publish('s1');
    expect([...known]).toEqual([['s1', 360]]);
  });

  it('does not fail its caller when Redis is away, and repeats until Redis has it', async () => {
    const { publisher, known, ended, state, tries } = set({ redis: false });
    ended.push('s1');
    await publisher.publish('s1');
    await expect.poll(tries).toBeGreaterThan(2);
    state.redis = true;
    await expect.poll(() => known.has('s1')).toBe(true);
  });

  it('waits for the database too', async () => {
    const { publisher, known, ended, state, tries } = set({ database: false });
    ended.push('s1');
    publisher.republish();
    await expect.poll(tries).toBeGreaterThan(2);
    state.database = true;
    await expect.poll(() => known.has('s1')).toBe(true);
  });

  it('takes one more turn for a session that ended in the middle of one', async () => {
    const { publisher, known, ended, tries } = set();
    publisher.republish();
    ended.push('late');
    publisher.republish();
    publisher.republish();
    await expect.poll(() => known.has('late')).toBe(true);
    expect(tries()).toBe(2);
  });

  it('stops repeating when the process is to stop', async () => {
    const { publisher, stop, tries } = set({ redis: false, database: false });
    publisher.republish();
    await expect.poll(tries).toBeGreaterThan(0);
    stop.abort();
    publisher.republish();
    const at = tries();
    await new Promise((resolve) => setImmediate(resolve));
    expect(tries()).toBeLessThanOrEqual(at + 1);
  });
});
