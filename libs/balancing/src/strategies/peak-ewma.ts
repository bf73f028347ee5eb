import type { Clock } from '../load/clock.ts';
import { peakEwmaLoad, type PeakEwmaLoadOptions } from '../load/peak-ewma.ts';
import type { Strategy } from '../strategy.ts';
import { powerOfTwoChoices } from './power-of-two-choices.ts';
import type { Random } from './random-source.ts';

/**
 * Power of two choices by how long requests take: {@link powerOfTwoChoices} driven by {@link peakEwmaLoad}.
 *
 * Best where endpoints differ in speed or one turns slow (a full collection of garbage, a cold cache, a
 * far zone): connections in flight show that late, latency with the first slow response. As all who
 * measure, it must be told how requests ended: whoever picks calls `observe`. O(1) a pick.
 *
 * @example
 * const strategy = peakEwma({}, { random: Math.random, clock: () => performance.now() });
 */
export function peakEwma(
  options: PeakEwmaLoadOptions,
  { random, clock }: { readonly random: Random; readonly clock: Clock },
): Strategy {
  const metric = peakEwmaLoad(options, { clock });
  return {
    name: 'peak-ewma',
    pick: powerOfTwoChoices({ load: metric.of }, { random }).pick,
    observe: metric.observe,
  };
}
