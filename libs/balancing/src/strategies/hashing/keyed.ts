import type { Endpoint } from '../../endpoint.ts';
import type { Strategy } from '../../strategy.ts';
import type { Random } from '../random-source.ts';
import { murmur3 } from './murmur3.ts';

/**
 * The frame of all hashing strategies, which differ in where a hash leads.
 *
 * A request without a key (or with an empty one, which would otherwise gather all such on one endpoint)
 * goes where a random key would: it has no place to be loyal to.
 *
 * @param locate leads a hash, an unsigned 32-bit integer, to one of at least two endpoints.
 */
export function keyed(
  name: string,
  locate: (endpoints: readonly Endpoint[], hash: number) => Endpoint | undefined,
  { random }: { readonly random: Random },
): Strategy {
  return {
    name,
    pick(endpoints, { affinityKey }) {
      if (endpoints.length < 2) return endpoints[0];
      return locate(endpoints, affinityKey ? murmur3(affinityKey) : Math.floor(random() * 2 ** 32));
    },
  };
}
