import type { Strategy } from '../../strategy.ts';
import type { Random } from '../random-source.ts';
import { keyTables } from './key-table.ts';
import { keyed } from './keyed.ts';
import { maglevTable } from './maglev-table.ts';

export interface MaglevOptions {
  /**
   * Slots of the table; a prime. Default 65,537, with which shares are within 1 % of what is due up to 655
   * endpoints: a hundred slots each. The paper's larger one is 655,373.
   */
  readonly tableSize?: number;
}

/**
 * Maglev hashing: equal keys meet one endpoint, by a table in which each has as many slots as its weight
 * deserves (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016).
 *
 * Far more even than a ring and one look-up a pick, at a price: when an endpoint goes, a few of the
 * others' keys move too (0.3 % with ten, 0.6 % with a hundred). O(1) a pick; a new list costs some 10 ms.
 *
 * @throws RangeError if `tableSize` is not a prime.
 */
export function maglev({ tableSize = 65_537 }: MaglevOptions, { random }: { readonly random: Random }): Strategy {
  if (!isPrime(tableSize)) throw new RangeError(`tableSize must be a prime, not ${tableSize}`);
  return keyed(
    'maglev',
    keyTables((endpoints) => maglevTable(endpoints, tableSize)),
    { random },
  );
}

function isPrime(number: number): boolean {
  if (!Number.isInteger(number) || number < 2) return false;
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return true;
}
