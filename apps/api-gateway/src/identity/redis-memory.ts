import type { Redis } from 'ioredis';

/** Longer than user-svc takes to reconnect (up to 1 s) and to tell again what ended (backoff up to 2 s). */
const settlingMs = 5000;

/**
 * Whether Redis can be believed when it does not know a session as ended. One that has just come back
 * may have lost its memory, and user-svc needs a moment to tell it again.
 */
export function redisMemory(redis: Pick<Redis, 'on'>, now: () => number = () => performance.now()): () => boolean {
  let since = now();
  redis.on('ready', () => (since = now()));
  return () => now() - since >= settlingMs;
}
