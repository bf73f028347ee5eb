import type { Endpoint } from '../endpoint.ts';
import { equalWeights } from './equal-weights.ts';
import { perList } from './per-list.ts';

/** Column i belongs to endpoint i up to `own[i]` of its height, and to endpoint `other[i]` above. */
interface AliasTable {
  readonly own: Float64Array;
  readonly other: Uint32Array;
}

/**
 * The endpoint that a number in [0, 1) falls on, when each has room by its weight: a random number makes
 * it a weighted random choice, a hash a weighted hash.
 *
 * O(1) by an alias table, built in O(n) once a list (Walker 1977; the building is Vose's of 1991, which
 * does not lose precision), where prefix sums would cost a binary search at each pick. Equal weights
 * need no table. Which numbers belong to whom is not to be relied on from one list to the next.
 */
export function weightedChoice(): (endpoints: readonly Endpoint[], at: number) => Endpoint | undefined {
  const tableOf = perList((endpoints) => (equalWeights(endpoints) ? undefined : aliasTable(endpoints)));
  return (endpoints, at) => {
    const table = tableOf(endpoints);
    const position = at * endpoints.length;
    const column = Math.floor(position);
    if (table === undefined || position - column < table.own[column]!) return endpoints[column];
    return endpoints[table.other[column]!];
  };
}

function aliasTable(endpoints: readonly Endpoint[]): AliasTable {
  const total = endpoints.reduce((sum, { weight }) => sum + weight, 0);
  const own = Float64Array.from(endpoints, ({ weight }) => (weight * endpoints.length) / total);
  const other = Uint32Array.from(endpoints, (_, i) => i);
  const poor: number[] = [];
  const rich: number[] = [];
  own.forEach((room, i) => (room < 1 ? poor : rich).push(i));
  while (poor.length > 0 && rich.length > 0) {
    const [taker, giver] = [poor.pop()!, rich.pop()!];
    other[taker] = giver;
    own[giver] = own[giver]! - (1 - own[taker]!);
    (own[giver] < 1 ? poor : rich).push(giver);
  }
  // Whoever is left is full but for rounding, and its alias is itself.
  return { own, other };
}
