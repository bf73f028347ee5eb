export type { Endpoint } from './endpoint.ts';
export type { Clock } from './load/clock.ts';
export { inFlightPerWeight, type Load } from './load/in-flight-per-weight.ts';
export type { LoadMetric } from './load/load-metric.ts';
export { peakEwmaLoad, type PeakEwmaLoadOptions } from './load/peak-ewma.ts';
export type { Lease, Outcome } from './lease.ts';
export { createPool, type Pool, type PoolOptions, type PoolSettings } from './pool.ts';
export type { Member, PooledEndpoint } from './pooled-endpoint.ts';
export { boundedLoad, type BoundedLoadOptions } from './strategies/hashing/bounded-load.ts';
export { maglev, type MaglevOptions } from './strategies/hashing/maglev.ts';
export { ringHash, type RingHashOptions } from './strategies/hashing/ring-hash.ts';
export { sourceHash } from './strategies/hashing/source-hash.ts';
export { leastConnections, type LeastConnectionsOptions } from './strategies/least-connections.ts';
export { peakEwma } from './strategies/peak-ewma.ts';
export { powerOfTwoChoices, type PowerOfTwoChoicesOptions } from './strategies/power-of-two-choices.ts';
export type { Random } from './strategies/random-source.ts';
export { randomly } from './strategies/random.ts';
export { roundRobin } from './strategies/round-robin.ts';
export { weightedRoundRobin } from './strategies/weighted-round-robin.ts';
export type { PickContext, Strategy } from './strategy.ts';
export {
  hashingStrategies,
  strategyByName,
  strategyNames,
  type StrategyDeps,
  type StrategyName,
  type StrategyOptions,
} from './strategy-by-name.ts';
