import type { EngineName, RunningEngine } from './engines.ts';

/** What each engine gave in each round: round i of one stands beside round i of another. */
export interface Rounds<T> {
  readonly samples: ReadonlyMap<EngineName, readonly T[]>;
  /** Why an engine has no samples although it ran: one that fails once is left out. */
  readonly faults: readonly string[];
}

/** Every engine in turn, round after round: whatever disturbs the machine disturbs them alike. */
export async function interleaved<T, E extends Pick<RunningEngine, 'name'>>(
  engines: readonly E[],
  rounds: number,
  measure: (engine: E) => Promise<T>,
): Promise<Rounds<T>> {
  const samples = new Map<EngineName, T[]>(engines.map(({ name }) => [name, []]));
  const faults: string[] = [];
  for (let round = 0; round < rounds; round++)
    for (const engine of engines) {
      const own = samples.get(engine.name);
      if (own === undefined) continue;
      try {
        own.push(await measure(engine));
      } catch (error) {
        samples.delete(engine.name);
        faults.push(`${engine.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  return { samples, faults };
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

/** The median of the ratios within each round: a round that was disturbed as a whole changes it least. */
export function medianRatio(values: readonly number[], peerValues: readonly number[]): number {
  return median(values.map((value, round) => value / peerValues[round]!));
}
