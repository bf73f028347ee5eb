import type { Strategy } from '../../strategy.ts';
import type { Random } from '../random-source.ts';
import { weightedChoice } from '../weighted-choice.ts';
import { keyed } from './keyed.ts';

/**
 * The key's hash, scaled to the list by weight: HAProxy's `balance source` and NGINX's `ip_hash` in idea,
 * with the client's address as the key.
 *
 * The cheapest loyalty: no table where weights are equal, shares as even as the keys. But places are by
 * position, so when the list changes about half of all keys move, and balancers agree only if they have
 * the same list in the same order. For sets of endpoints that seldom change; otherwise ring hash or Maglev.
 * Many clients behind one address are one key. O(1) a pick.
 */
export function sourceHash({ random }: { readonly random: Random }): Strategy {
  const choose = weightedChoice();
  return keyed('source-hash', (endpoints, hash) => choose(endpoints, hash / 2 ** 32), { random });
}
