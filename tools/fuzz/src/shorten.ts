import { examine, type Finding } from './fuzz.ts';
import type { Reader } from './reading.ts';

const rounds = 200;

/** Takes away what a finding does not need, half of it, then quarters, down to single bytes. */
export async function shorten(finding: Finding, reader: Reader): Promise<Finding> {
  let shortest = finding;
  let size = Math.ceil(finding.bytes.length / 2);
  for (let round = 0; round < rounds && size >= 1; round++) {
    const { bytes, what } = shortest;
    const starts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => i * size);
    const candidates = starts.map((at) => bytes.slice(0, at) + bytes.slice(at + size));
    const found = (await examine(candidates, reader)).find((other) => other?.what === what);
    if (found !== undefined) shortest = { ...shortest, ...found };
    else size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return shortest;
}
