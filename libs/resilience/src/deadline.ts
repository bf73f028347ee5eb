import { CodedError } from '@edgeway/errors';

/**
 * Runs `work` with a signal that aborts after `ms`, or when `outer` does.
 *
 * The promise settles at the deadline even if `work` ignores its signal, so one deaf callee cannot
 * hold a merged answer hostage.
 *
 * @throws CodedError DEADLINE_EXCEEDED when the time is up; the outer signal's reason when that aborts first.
 */
export async function withDeadline<T>(
  ms: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const interrupt = (reason: unknown): void => {
    inner.abort(reason);
    reject(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
  };
  const onOuterAbort = (): void => interrupt(outer?.reason);
  if (outer?.aborted) onOuterAbort();
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  const timer = setTimeout(
    () => interrupt(new CodedError('DEADLINE_EXCEEDED', { detail: `No answer within ${ms} ms.` })),
    ms,
  );
  try {
    return await Promise.race([interrupted, work(inner.signal)]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onOuterAbort);
  }
}
