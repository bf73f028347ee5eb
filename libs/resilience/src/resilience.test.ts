import { isCoded } from '@edgeway/errors';
import { describe, expect, it, vi } from 'vitest';
import { backoff } from './backoff.ts';
import { withDeadline } from './deadline.ts';
import { retry } from './retry.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

describe('withDeadline', () => {
  it('answers what the work answers in time', async () => {
    expect(await withDeadline(1000, undefined, async () => 7)).toBe(7);
  });

  it('fails at the deadline even when the work ignores its signal, and aborts that signal', async () => {
    vi.useFakeTimers();
    let signal: AbortSignal | undefined;
    const outcome = withDeadline(50, undefined, (given) => {
      signal = given;
      return never();
    }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(50);
    expect(isCoded(await outcome, 'DEADLINE_EXCEEDED')).toBe(true);
    expect(signal?.aborted).toBe(true);
    vi.useRealTimers();
  });

  it('gives way to the caller who has gone', async () => {
    const caller = new AbortController();
    const outcome = withDeadline(10_000, caller.signal, never).catch((error: unknown) => error);
    caller.abort(new Error('client closed'));
    expect(await outcome).toMatchObject({ message: 'client closed' });
  });
});

describe('retry', () => {
  it('stops at the first success, at its attempts, and at a failure not worth repeating', async () => {
    let runs = 0;
    const failing = async (): Promise<never> => {
      throw new Error(`run ${++runs}`);
    };
    await expect(retry(failing, { attempts: 3, delay: () => 0 })).rejects.toThrow('run 3');
    await expect(retry(failing, { attempts: 3, delay: () => 0, retryable: () => false })).rejects.toThrow('run 4');
    expect(await retry(async () => (++runs < 6 ? failing() : runs), { attempts: 9, delay: () => 0 })).toBeGreaterThan(
      5,
    );
  });
});

describe('backoff', () => {
  it('doubles its ceiling up to the cap and jitters over the whole of it', () => {
    const highest = backoff({ baseMs: 10, capMs: 35, random: () => 0.999999 });
    expect([1, 2, 3, 4].map((n) => Math.round(highest(n)))).toEqual([10, 20, 35, 35]);
    expect(backoff({ random: () => 0 })(5)).toBe(0);
  });
});
