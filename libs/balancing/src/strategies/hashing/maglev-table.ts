import type { Endpoint } from '../../endpoint.ts';
import { inOrder, type KeyTable } from './key-table.ts';
import { murmur3 } from './murmur3.ts';

const otherSeed = 0x9747b28c;

/**
 * A table that endpoints fill in turns: each has its own order of all the slots, and takes the next in it
 * that is free. The light miss turns: one of a third of the heaviest's weight takes every third.
 *
 * @param size a prime, so that every stride visits every slot.
 */
export function maglevTable(endpoints: readonly Endpoint[], size: number): KeyTable {
  const sorted = inOrder(endpoints);
  const heaviest = sorted.reduce((most, { weight }) => Math.max(most, weight), 0);
  const next = Uint32Array.from(sorted, ({ address }) => murmur3(address) % size);
  const stride = Uint32Array.from(sorted, ({ address }) => 1 + (murmur3(address, otherSeed) % (size - 1)));
  const taken = new Uint32Array(sorted.length);
  const owners = Array.from<Endpoint | undefined>({ length: size });
  for (let turn = 1, free = size; free > 0; turn++)
    for (let i = 0; i < sorted.length && free > 0; i++) {
      if (turn * sorted[i]!.weight < taken[i]! * heaviest) continue;
      let slot = next[i]!;
      while (owners[slot] !== undefined) slot = (slot + stride[i]!) % size;
      owners[slot] = sorted[i]!;
      next[i] = (slot + stride[i]!) % size;
      taken[i]!++;
      free--;
    }
  return { owners: owners as Endpoint[], slotOf: (hash) => hash % size };
}
