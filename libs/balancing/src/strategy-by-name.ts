import type { Clock } from './load/clock.ts';
import type { PeakEwmaLoadOptions } from './load/peak-ewma.ts';
import { boundedLoad, type BoundedLoadOptions } from './strategies/hashing/bounded-load.ts';
import { maglev, type MaglevOptions } from './strategies/hashing/maglev.ts';
import { ringHash, type RingHashOptions } from './strategies/hashing/ring-hash.ts';
import { sourceHash } from './strategies/hashing/source-hash.ts';
import { leastConnections } from './strategies/least-connections.ts';
import { peakEwma } from './strategies/peak-ewma.ts';
import { powerOfTwoChoices } from './strategies/power-of-two-choices.ts';
import type { Random } from './strategies/random-source.ts';
import { randomly } from './strategies/random.ts';
import { roundRobin } from './strategies/round-robin.ts';
import { weightedRoundRobin } from './strategies/weighted-round-robin.ts';
import type { Strategy } from './strategy.ts';

/** What strategies are given, since they take nothing from the world themselves. */
export interface StrategyDeps {
  readonly random: Random;
  readonly clock: Clock;
}

/** The options of all strategies; each reads its own. */
export interface StrategyOptions extends PeakEwmaLoadOptions, RingHashOptions, MaglevOptions, BoundedLoadOptions {}

const factories = {
  'round-robin': () => roundRobin(),
  'weighted-round-robin': () => weightedRoundRobin(),
  random: (_, deps) => randomly(deps),
  'least-connections': () => leastConnections(),
  'power-of-two-choices': (_, deps) => powerOfTwoChoices({}, deps),
  'peak-ewma': peakEwma,
  'ring-hash': ringHash,
  maglev,
  'bounded-load': boundedLoad,
  'source-hash': (_, deps) => sourceHash(deps),
} as const satisfies Record<string, (options: StrategyOptions, deps: StrategyDeps) => Strategy>;

export type StrategyName = keyof typeof factories;

/** The names a config file may use. */
export const strategyNames = Object.keys(factories) as [StrategyName, ...StrategyName[]];

/** Those that keep equal affinity keys on one endpoint; without a key they choose at random. */
export const hashingStrategies: ReadonlySet<StrategyName> = new Set<StrategyName>([
  'ring-hash',
  'maglev',
  'bounded-load',
  'source-hash',
]);

/**
 * A new strategy with its own state: pools never share one.
 *
 * @throws RangeError if one of its options is out of range.
 */
export function strategyByName(name: StrategyName, deps: StrategyDeps, options: StrategyOptions = {}): Strategy {
  return factories[name](options, deps);
}
