import type { Endpoint } from '../endpoint.ts';
import type { Clock } from './clock.ts';
import type { LoadMetric } from './load-metric.ts';

export interface PeakEwmaLoadOptions {
  /**
   * How fast the past fades, in milliseconds: after this long a measurement counts for 1/e (37 %).
   * Default 10,000. Shorter forgives sooner, and is noisier where requests are few.
   */
  readonly decayMs?: number;
}

interface Average {
  value: number;
  at: number;
}

/** The load of an endpoint whose speed is not known but soon will be: more than of any whose speed is. */
const unknownMs = 1e9;
/** Shorter than any request: one too short for the clock must not make in-flight work weigh nothing. */
const leastMs = 0.001;
/** e^-x in so many steps to a decay, for looks: there `Math.exp` would cost as much as all the rest. */
const steps = 100;
/** Ends where less than 1 % is left, which says nothing any more. */
const faded = Float64Array.from({ length: 462 }, (_, step) => (step < 461 ? Math.exp(-step / steps) : 0));

/**
 * How long a request would wait: the average of what requests took, times those in flight and the one
 * to come, per unit of weight.
 *
 * The average is sensitive to peaks: a slower measurement replaces it at once, faster ones pull it down
 * only as time passes, so that an endpoint in trouble is left within one response and trusted again
 * slowly. It fades while nothing is measured, so that one that was slow is tried again. One never
 * measured, or not for 4.6 decays, is a stranger: it gets one request, and no more before the answer.
 *
 * O(1). The clock is read when a measurement comes, not at every look: reading it costs more than all
 * the rest, and under traffic the last measurement is as good as now. Breaks where an endpoint fails
 * fast, which looks like a fast one: eject it (outliers), or do not report failures; and where requests
 * differ in length for their own reasons, as long polls do. After Finagle's PeakEwma, with two changes:
 * Finagle never takes an endpoint for a stranger again, and lets what it looks at fade for good.
 *
 * @throws RangeError if `decayMs` is not above 0.
 */
export function peakEwmaLoad(
  { decayMs = 10_000 }: PeakEwmaLoadOptions,
  { clock }: { readonly clock: Clock },
): LoadMetric {
  if (!(decayMs > 0)) throw new RangeError(`decayMs must be above 0, not ${decayMs}`);
  const averages = new WeakMap<Endpoint, Average>();
  let now = clock();
  const keptRoughly = (since: number): number =>
    faded[Math.min(Math.round(((now - since) * steps) / decayMs), faded.length - 1)]!;
  return {
    of(endpoint) {
      const average = averages.get(endpoint);
      const waiting = (endpoint.inFlight + 1) / endpoint.weight;
      const keep = average === undefined ? 0 : keptRoughly(average.at);
      if (keep > 0) return average!.value * keep * waiting;
      return endpoint.inFlight === 0 ? 0 : unknownMs * waiting;
    },
    observe(endpoint, elapsedMs) {
      now = Math.max(now, clock());
      const measured = Math.max(elapsedMs, leastMs);
      const average = averages.get(endpoint);
      if (average === undefined) return void averages.set(endpoint, { value: measured, at: now });
      const keep = measured < average.value ? Math.exp((average.at - now) / decayMs) : 0;
      average.value = measured + (average.value - measured) * keep;
      average.at = now;
    },
  };
}
