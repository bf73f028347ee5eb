import type { Strategy } from '../strategy.ts';
import { equalWeights } from './equal-weights.ts';
import { perList } from './per-list.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

/**
 * One after the other. Where weights differ it is {@link weightedRoundRobin}; where they are equal, as in
 * most pools, the same turns cost O(1): the next of the list.
 *
 * Each list has its own place in the round, since with a shared one retries that ask for a shorter list
 * in between would make the same endpoint lose its turn every time. Whose turn is first in a new list is
 * told by credit, which the endpoints keep from list to list: an endpoint does not get a turn for each
 * time that some other one comes or goes. Blind to load, and many balancers that start together visit
 * the same endpoint together: see power of two choices.
 *
 * @example
 * const { pick } = roundRobin();
 * const endpoint = pick(available, {});
 */
export function roundRobin(): Strategy {
  const byCredit = weightedRoundRobin();
  const roundOf = perList((endpoints) => ({ even: equalWeights(endpoints), begun: false, next: 0 }));
  return {
    name: 'round-robin',
    pick(endpoints, context) {
      if (endpoints.length < 2) return endpoints[0];
      const round = roundOf(endpoints);
      if (!round.even) return byCredit.pick(endpoints, context);
      if (!round.begun) {
        round.begun = true;
        round.next = endpoints.indexOf(byCredit.pick(endpoints, context)!);
      }
      const picked = endpoints[round.next];
      round.next = round.next + 1 < endpoints.length ? round.next + 1 : 0;
      return picked;
    },
  };
}
