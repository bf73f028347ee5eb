import type { Endpoint } from '../endpoint.ts';
import { inFlightPerWeight, type Load } from '../load/in-flight-per-weight.ts';
import type { Strategy } from '../strategy.ts';
import { equalWeights } from './equal-weights.ts';
import { perList } from './per-list.ts';
import type { Random } from './random-source.ts';
import { weightedChoice } from './weighted-choice.ts';

export interface PowerOfTwoChoicesOptions {
  /** Which of the two drawn endpoints is less busy. Default: {@link inFlightPerWeight}. */
  readonly load?: Load;
}

/**
 * Draws two endpoints at random and takes the less loaded one.
 *
 * Near the balance of least connections at O(1) a pick, and without its herd: many balancers that
 * all see the same "least loaded" endpoint flood it, two random draws spread them
 * (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001: the maximum load
 * falls from Θ(log n / log log n) to Θ(log log n)). Breaks down when the load metric is blind,
 * for example long polling, where every connection looks equally busy.
 *
 * Equal endpoints are drawn in pairs, each pair as often as any other. Where weights differ the draws
 * are weighted and may fall on the same endpoint: of n drawn evenly none could get more than 2/n of the
 * work, however heavy. The heavier still wins every pair of idle ones, so an idle pool leans to it.
 *
 * @example
 * const strategy = powerOfTwoChoices({}, { random: Math.random });
 * const endpoint = strategy.pick(available, {});
 */
export function powerOfTwoChoices(
  { load = inFlightPerWeight }: PowerOfTwoChoicesOptions,
  { random }: { readonly random: Random },
): Strategy {
  const even = perList(equalWeights);
  const choose = weightedChoice();
  const lessLoaded = (first: Endpoint, second: Endpoint): Endpoint => (load(second) < load(first) ? second : first);
  return {
    name: 'power-of-two-choices',
    pick(endpoints) {
      if (endpoints.length < 2) return endpoints[0];
      if (!even(endpoints)) return lessLoaded(choose(endpoints, random())!, choose(endpoints, random())!);
      // One number for both of the pair. The second skips the first instead of being redrawn, so that every
      // pair is equally likely.
      const others = endpoints.length - 1;
      const pair = Math.floor(random() * endpoints.length * others);
      const i = Math.floor(pair / others);
      const j = pair - i * others;
      return lessLoaded(endpoints[i]!, endpoints[j < i ? j : j + 1]!);
    },
  };
}
