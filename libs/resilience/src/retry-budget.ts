export interface RetryBudgetOptions {
  /** Retries may be this part of the requests of the last ten seconds; percent. */
  readonly percent: number;
  /** And this many a second besides, so that a quiet client may retry too. */
  readonly perSecond: number;
  /** Milliseconds, never going back. */
  readonly clock: () => number;
}

/**
 * Bounds retries by the traffic there is. A fixed number of attempts multiplies the load exactly when
 * an upstream can bear it least; a budget adds a fifth at most (Finagle, Linkerd: 20 % + 10/s over 10 s).
 */
export interface RetryBudget {
  /** A request was made. */
  deposit(): void;
  /** Whether one more retry may be made; if so it is counted. */
  withdraw(): boolean;
}

const windowSeconds = 10;

export function retryBudget({ percent, perSecond, clock }: RetryBudgetOptions): RetryBudget {
  const requests = new Float64Array(windowSeconds);
  const retries = new Float64Array(windowSeconds);
  let second = Math.floor(clock() / 1000);
  const advance = (): number => {
    const now = Math.floor(clock() / 1000);
    for (let past = Math.max(second + 1, now - windowSeconds + 1); past <= now; past++)
      requests[past % windowSeconds] = retries[past % windowSeconds] = 0;
    second = now;
    return now % windowSeconds;
  };
  const sum = (counts: Float64Array): number => counts.reduce((all, one) => all + one, 0);
  return {
    deposit() {
      requests[advance()]! += 1;
    },
    withdraw() {
      const slot = advance();
      if (sum(retries) + 1 > sum(requests) * (percent / 100) + perSecond * windowSeconds) return false;
      retries[slot]! += 1;
      return true;
    },
  };
}
