import { setTimeout as wait } from 'node:timers/promises';

/**
 * Looks again every 100 ms until `look` gives a value, or throws what was last seen. The wall clock is
 * right here: another process is waited for.
 */
export async function until<T>(what: string, look: () => Promise<T | undefined>, patienceMs = 30_000): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${patienceMs} ms: ${what}`);
    await wait(100);
  }
}
