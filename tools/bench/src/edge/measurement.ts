import type { Figure } from '../report.ts';
import type { EngineName, RunningEngine } from './engines.ts';
import type { Lab } from './lab.ts';

/** What every measurement is given. */
export interface Setting {
  readonly lab: Lab;
  readonly upstreamPort: number;
  /** Those that run, in the order of their turns. */
  readonly engines: readonly RunningEngine[];
  /** Whether an engine was asked for, to be started anew where a measurement needs a fresh process. */
  wanted(name: EngineName): boolean;
  readonly rounds: number;
  readonly seconds: number;
  readonly bigBytes: number;
}

/** What it gives: figures, and why others are missing. */
export interface Measured {
  readonly figures: readonly Figure[];
  readonly notMeasured: readonly string[];
}

/** An engine beside a peer, and the most the ratio of the two may be; without a target for information. */
export interface Comparison {
  readonly engine: EngineName;
  readonly peer: EngineName;
  readonly target?: number;
}

/** Those of which both sides ran. */
export const comparable = (comparisons: readonly Comparison[], samples: ReadonlyMap<EngineName, unknown>) =>
  comparisons.filter(({ engine, peer }) => samples.has(engine) && samples.has(peer));
