/** How many hosts, with how much traffic, it takes to call one of them unusual, and how unusual it must be. */
export interface SuccessRateOptions {
  /** Hosts with enough requests that there must be. Default 5: of fewer, none can stand out. */
  readonly minHosts: number;
  /** Requests a host must have had in the interval. Default 100. */
  readonly minRequests: number;
  /** How many standard deviations below the mean is too low. Default 1.9. */
  readonly deviations: number;
}

/** What one host answered in an interval. */
export interface Tally {
  readonly requests: number;
  readonly errors: number;
}

/**
 * The hosts whose success rate lies more than `deviations` standard deviations below the mean, worst first.
 *
 * Relative on purpose: when all fail alike (their database is down), none is an outlier, and taking
 * out the unluckiest would help nobody. Blind to a minority that is large: the deviation grows with it.
 * Source: Envoy, outlier detection, success rate.
 */
export function successRateOutliers<T extends Tally>(
  tallies: Iterable<T>,
  { minHosts, minRequests, deviations }: SuccessRateOptions,
): readonly T[] {
  const counted: T[] = [];
  for (const tally of tallies) if (tally.requests >= Math.max(1, minRequests)) counted.push(tally);
  if (counted.length < Math.max(1, minHosts)) return [];
  const mean = counted.reduce((sum, tally) => sum + rate(tally), 0) / counted.length;
  const variance = counted.reduce((sum, tally) => sum + (rate(tally) - mean) ** 2, 0) / counted.length;
  const tooLow = mean - deviations * Math.sqrt(variance);
  return counted.filter((tally) => rate(tally) < tooLow).toSorted((a, b) => rate(a) - rate(b));
}

const rate = ({ requests, errors }: Tally): number => (requests - errors) / requests;
