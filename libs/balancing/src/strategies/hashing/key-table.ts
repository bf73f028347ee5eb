import type { Endpoint } from '../../endpoint.ts';

/** A circle of slots, each owned by an endpoint; a hash leads to one of them. */
export interface KeyTable {
  readonly owners: readonly Endpoint[];
  slotOf(hash: number): number;
}

/** Slots that a list without a table of its own may look at in another's. */
const strangersReach = 64;
/** Lists new to us, one after the other, until we doubt that the table that stands is still of use. */
const strangersInARow = 64;

const anyone = (): boolean => true;

/**
 * Leads a hash to the owner of its slot, or to the next owner round the circle that `admits`.
 *
 * A table takes milliseconds to build, so only a list that is used again gets one. One seen for the first
 * time looks in the table that stands, for the first owner that it holds: retries bring a new list each,
 * the pool's list without those already tried. On a ring that is where the list's own table would lead,
 * too; with Maglev's, the few keys that come before the second use of a new list may move once more.
 */
export function keyTables(
  build: (endpoints: readonly Endpoint[]) => KeyTable,
): (endpoints: readonly Endpoint[], hash: number, admits?: (endpoint: Endpoint) => boolean) => Endpoint | undefined {
  const tables = new WeakMap<readonly Endpoint[], KeyTable>();
  const seen = new WeakSet<readonly Endpoint[]>();
  let list: readonly Endpoint[] | undefined;
  let table: KeyTable | undefined;
  let strangers = 0;
  return (endpoints, hash, admits = anyone) => {
    if (table === undefined || endpoints !== list) {
      if (table !== undefined && !seen.has(endpoints) && strangers++ < strangersInARow) {
        seen.add(endpoints);
        const present = (owner: Endpoint): boolean => endpoints.includes(owner) && admits(owner);
        const found = onward(table, hash, present, strangersReach);
        if (found !== undefined) return found;
      }
      list = endpoints;
      table = tables.get(endpoints) ?? build(endpoints);
      tables.set(endpoints, table);
      seen.add(endpoints);
    }
    strangers = 0;
    return onward(table, hash, admits, table.owners.length);
  };
}

function onward(
  { owners, slotOf }: KeyTable,
  hash: number,
  admits: (owner: Endpoint) => boolean,
  reach: number,
): Endpoint | undefined {
  let slot = slotOf(hash);
  for (let looked = 0; looked < reach; looked++) {
    const owner = owners[slot]!;
    if (admits(owner)) return owner;
    slot = slot + 1 < owners.length ? slot + 1 : 0;
  }
  return undefined;
}

/** In an order that does not depend on discovery's, so that balancers and restarts agree on every key. */
export const inOrder = (endpoints: readonly Endpoint[]): Endpoint[] =>
  endpoints.toSorted((a, b) => (a.address < b.address ? -1 : Number(a.address > b.address)));
