import type { Endpoint } from '../../endpoint.ts';
import type { Strategy } from '../../strategy.ts';
import type { Random } from '../random-source.ts';
import { keyTables } from './key-table.ts';
import { keyed } from './keyed.ts';
import { ring } from './ring.ts';
import type { RingHashOptions } from './ring-hash.ts';

export interface BoundedLoadOptions extends RingHashOptions {
  /**
   * The most work in flight an endpoint may have, as a multiple of its fair share; at least 1. Default
   * 1.5 (HAProxy's hash-balance-factor 150). Nearer to 1 is more even and moves more keys.
   */
  readonly balanceFactor?: number;
}

/**
 * A ring whose endpoints are passed over while they are full: consistent hashing with bounded loads
 * (Mirrokni, Thorup, Zadimoghaddam, 2016; in HAProxy since 1.8 and Vimeo's caches).
 *
 * For keys of which some are hot: ring hash and Maglev let a hot key overwhelm its endpoint, here it
 * spills to the next on the ring, the same for all, and the others' keys stay. Loyalty is broken
 * exactly when it would hurt, so do not keep the only copy of a session behind it. O(1) when the key's
 * endpoint is idle, else O(n), to know the sum in flight.
 *
 * @throws RangeError if `balanceFactor` is below 1 or `pointsPerWeight` is not above 0.
 */
export function boundedLoad(
  { balanceFactor = 1.5, pointsPerWeight = 160 }: BoundedLoadOptions,
  { random }: { readonly random: Random },
): Strategy {
  if (!(balanceFactor >= 1)) throw new RangeError(`balanceFactor must be at least 1, not ${balanceFactor}`);
  if (!(pointsPerWeight > 0)) throw new RangeError(`pointsPerWeight must be above 0, not ${pointsPerWeight}`);
  const find = keyTables((endpoints) => ring(endpoints, pointsPerWeight));
  return keyed(
    'bounded-load',
    (endpoints, hash) => find(endpoints, hash, hasRoom(endpoints, balanceFactor)) ?? endpoints[0],
    { random },
  );
}

/**
 * Rounded up, as in the paper: every endpoint has room for one, and together they have for all.
 * What is in flight is counted when it is first asked about one that is not idle.
 */
function hasRoom(endpoints: readonly Endpoint[], balanceFactor: number): (endpoint: Endpoint) => boolean {
  let perWeight: number | undefined;
  return ({ inFlight, weight }) =>
    inFlight === 0 || inFlight < Math.ceil((perWeight ??= balanceFactor * loadPerWeight(endpoints)) * weight);
}

/** With the one to come. */
function loadPerWeight(endpoints: readonly Endpoint[]): number {
  let [inFlight, weight] = [1, 0];
  for (const endpoint of endpoints) {
    inFlight += endpoint.inFlight;
    weight += endpoint.weight;
  }
  return inFlight / weight;
}
