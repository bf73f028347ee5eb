import type { Endpoint } from '../endpoint.ts';
import type { Strategy } from '../strategy.ts';

/**
 * Smooth weighted round robin: each pick, every endpoint gains its weight in credit, the richest is
 * picked and pays the sum. Weights 5:1:1 give a a b a c a a, never five in a row
 * (I. Sysoev's, for NGINX 1.3.1, 2012).
 *
 * Credit belongs to the endpoint and only those present gain and pay, so shares stay right while
 * peers are ejected: 5:3:1 without the first is .75 : .25. O(n) a pick. Blind to load: use
 * least connections where requests differ much in cost.
 *
 * @example
 * const { pick } = roundRobin();
 * const endpoint = pick(available, {});
 */
export function roundRobin(): Strategy {
  const credit = new WeakMap<Endpoint, number>();
  return {
    name: 'round-robin',
    pick(endpoints) {
      let richest: Endpoint | undefined;
      let most = -Infinity;
      let sum = 0;
      for (const endpoint of endpoints) {
        const mine = (credit.get(endpoint) ?? 0) + endpoint.weight;
        credit.set(endpoint, mine);
        sum += endpoint.weight;
        if (mine > most) [richest, most] = [endpoint, mine];
      }
      if (richest !== undefined) credit.set(richest, most - sum);
      return richest;
    },
  };
}
