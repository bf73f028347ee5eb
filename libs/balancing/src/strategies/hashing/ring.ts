import type { Endpoint } from '../../endpoint.ts';
import { inOrder, type KeyTable } from './key-table.ts';
import { mix32, murmur3 } from './murmur3.ts';

/** Memory and time to build stay bounded: 3 MB, some 40 ms. */
const mostPoints = 2 ** 18;
const otherSeed = 0x9747b28c;
/** A point of 32 bits and an owner of 21 make one number that a double holds exactly. */
const ownerRoom = 2 ** 21;

/**
 * A circle of 2³² places on which each endpoint owns the arcs before its points.
 *
 * Where an endpoint's points lie depends on its address alone, and how many on its weight, so who comes
 * or goes moves no point of another. (Scaling weights by the smallest would.) Only when there would be
 * more than 262,144 points does everyone have half as many, a quarter, and so on.
 *
 * @param pointsPerWeight points of an endpoint of weight 1; every endpoint has at least one.
 */
export function ring(endpoints: readonly Endpoint[], pointsPerWeight: number): KeyTable {
  const sorted = inOrder(endpoints);
  const wanted = sorted.reduce((sum, { weight }) => sum + weight, 0) * pointsPerWeight;
  const halvings = Math.max(0, Math.ceil(Math.log2(wanted / mostPoints)));
  const counts = sorted.map(({ weight }) => Math.max(1, Math.round((weight * pointsPerWeight) / 2 ** halvings)));
  const packed = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let filled = 0;
  for (const [owner, count] of counts.entries()) {
    // Two hashes and a stride, not a hash a point: 64 bits would have to collide for two to share points.
    const start = murmur3(sorted[owner]!.address);
    const stride = murmur3(sorted[owner]!.address, otherSeed) | 1;
    for (let i = 0; i < count; i++) packed[filled++] = mix32(start + Math.imul(i, stride)) * ownerRoom + owner;
  }
  packed.sort();
  const points = new Uint32Array(packed.length);
  const owners: Endpoint[] = [];
  for (let i = 0; i < packed.length; i++) {
    points[i] = Math.floor(packed[i]! / ownerRoom);
    owners.push(sorted[packed[i]! - points[i]! * ownerRoom]!);
  }
  return { owners, slotOf: (hash) => firstAtOrAfter(points, hash) };
}

/** By halving; round to the first point where `hash` is behind the last. */
function firstAtOrAfter(points: Uint32Array, hash: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle]! < hash) low = middle + 1;
    else high = middle;
  }
  return low < points.length ? low : 0;
}
