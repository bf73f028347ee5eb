import type { Strategy } from '../strategy.ts';
import { credits, richest } from './smooth-credit.ts';

/**
 * Smooth weighted round robin: each pick, every endpoint gains its weight in credit, the richest is
 * picked and pays the sum. Weights 5:1:1 give a a b a c a a, never five in a row
 * (I. Sysoev's, for NGINX 1.3.1, 2012).
 *
 * Only those present gain and pay, so shares stay right while peers are ejected: 5:3:1 without the first
 * is .75 : .25. O(n) a pick. Blind to load: use least connections where requests differ much in cost.
 *
 * @example
 * const { pick } = weightedRoundRobin();
 * const endpoint = pick(available, {});
 */
export function weightedRoundRobin(): Strategy {
  const creditsOf = credits();
  return {
    name: 'weighted-round-robin',
    pick: (endpoints) => richest(endpoints, creditsOf(endpoints)),
  };
}
