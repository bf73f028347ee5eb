import { disagreement } from './compare.ts';
import { generate } from './generate.ts';
import { mutate } from './mutate.ts';
import { below, mulberry32 } from './random.ts';
import { readWithNode } from './read-with-node.ts';
import type { Reader, Reading } from './reading.ts';

export interface Finding {
  readonly what: string;
  readonly bytes: string;
  readonly ours: Reading;
  readonly node: Reading;
  readonly seed?: number;
  readonly iteration?: number;
}

/** So many connections are read at once. */
const batch = 64;

/** The bytes of one iteration: the same for the same seed, whatever was read before. */
export function inputOf(seed: number, iteration: number): string {
  const random = mulberry32(Math.imul(seed, 0x9e3779b1) ^ iteration);
  return mutate(generate(random), random);
}

/** Compares a reader with Node on given bytes. */
export async function examine(inputs: readonly string[], reader: Reader): Promise<(Finding | undefined)[]> {
  const connections = inputs.map((bytes) => Buffer.from(bytes, 'latin1'));
  const byNode = await readWithNode(connections);
  return connections.map((bytes, i) => {
    const ours = reader(bytes);
    const node = byNode[i]!;
    const what = piecesMatter(reader, bytes, ours) ?? disagreement(ours, node);
    return what === undefined ? undefined : { what, bytes: inputs[i]!, ours, node };
  });
}

/** What is understood must not depend on how the network cut it. */
function piecesMatter(reader: Reader, bytes: Buffer, whole: Reading): string | undefined {
  const pieceBytes = 1 + below(mulberry32(bytes.length), 7);
  // Up to here a head or a body may be half read when it is refused: which messages there are is what counts.
  const told = ({ messages, refused, closed }: Reading): string => JSON.stringify({ messages, refused, closed });
  return bytes.length < 4000 && told(reader(bytes, pieceBytes)) !== told(whole)
    ? `pieces of ${pieceBytes} bytes are understood otherwise`
    : undefined;
}

/** Iterations from 0 until `goOn` says no, or something is found. */
export async function fuzz(
  { seed, goOn }: { seed: number; goOn: (iteration: number) => boolean },
  reader: Reader,
): Promise<{ iterations: number; accepted: number; finding?: Finding }> {
  let iteration = 0;
  let accepted = 0;
  while (goOn(iteration)) {
    const first = iteration;
    const inputs = Array.from({ length: batch }, (_, i) => inputOf(seed, first + i));
    const findings = await examine(inputs, (bytes, pieceBytes) => {
      const reading = reader(bytes, pieceBytes);
      if (pieceBytes === undefined && reading.messages.length > 0) accepted++;
      return reading;
    });
    const found = findings.findIndex((finding) => finding !== undefined);
    iteration += batch;
    if (found >= 0)
      return { iterations: iteration, accepted, finding: { ...findings[found]!, seed, iteration: first + found } };
  }
  return { iterations: iteration, accepted };
}
