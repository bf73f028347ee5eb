export type { Endpoint } from './endpoint.ts';
export { inFlightPerWeight, type Load } from './load/in-flight-per-weight.ts';
export { createPool, type Lease, type Member, type Pool, type PoolOptions } from './pool.ts';
export { leastConnections, type LeastConnectionsOptions } from './strategies/least-connections.ts';
export { roundRobin } from './strategies/round-robin.ts';
export type { PickContext, Strategy } from './strategy.ts';
export { strategyByName, strategyNames, type StrategyName } from './strategy-by-name.ts';
