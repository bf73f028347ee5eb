import type { Endpoint } from '../endpoint.ts';

/**
 * Derives something from a list of endpoints once, and keeps it while the list lives.
 *
 * By the identity of the array, which the pool keeps while nothing in it changes, so that a pick need
 * not look at n endpoints to learn that. The list of the last pick costs one comparison; the others are
 * kept weakly, so that a retry's shorter list does not drive out the table of the whole pool.
 * Breaks for a caller that changes a list in place.
 */
export function perList<T>(derive: (endpoints: readonly Endpoint[]) => T): (endpoints: readonly Endpoint[]) => T {
  const kept = new WeakMap<readonly Endpoint[], { readonly value: T }>();
  let last: readonly Endpoint[] | undefined;
  let value: T;
  return (endpoints) => {
    if (endpoints === last) return value;
    const known = kept.get(endpoints) ?? { value: derive(endpoints) };
    kept.set(endpoints, known);
    last = endpoints;
    value = known.value;
    return value;
  };
}
