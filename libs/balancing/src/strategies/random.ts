import type { Random } from './random-source.ts';
import type { Strategy } from '../strategy.ts';
import { weightedChoice } from './weighted-choice.ts';

/**
 * Any endpoint, by weight.
 *
 * Needs no memory, so that many balancers in front of one pool do not fall into step as round robin's
 * do. Evens out only over many requests: with n on n endpoints the busiest has about ln n / ln ln n at
 * once; power of two choices, at hardly more cost, does much better. O(1) a pick.
 *
 * @example
 * const { pick } = randomly({ random: Math.random });
 */
export function randomly({ random }: { readonly random: Random }): Strategy {
  const choose = weightedChoice();
  return { name: 'random', pick: (endpoints) => choose(endpoints, random()) };
}
