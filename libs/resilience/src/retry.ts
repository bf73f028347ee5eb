import { setTimeout as wait } from 'node:timers/promises';

export interface RetryOptions {
  /** How often `work` may run in all; ≥ 1. */
  readonly attempts: number;
  /** Milliseconds before the next attempt; see `backoff`. */
  readonly delay: (attempt: number) => number;
  /** Which failures are worth another attempt. Default: all. */
  readonly retryable?: (error: unknown) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told before each wait, so that a caller can log it. */
  readonly onRetry?: (error: unknown, attempt: number) => void;
}

/** Runs `work` until it succeeds, its attempts are used up or a failure is not retryable; the last failure is thrown. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const again = attempt < options.attempts && (options.retryable?.(error) ?? true);
      if (!again) throw error;
      options.onRetry?.(error, attempt);
      await wait(options.delay(attempt), undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}
