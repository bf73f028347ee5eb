import { leastConnections } from './strategies/least-connections.ts';
import { roundRobin } from './strategies/round-robin.ts';
import type { Strategy } from './strategy.ts';

const factories = {
  'round-robin': () => roundRobin(),
  'least-connections': () => leastConnections(),
} as const satisfies Record<string, () => Strategy>;

export type StrategyName = keyof typeof factories;

/** The names a config file may use. */
export const strategyNames = Object.keys(factories) as [StrategyName, ...StrategyName[]];

/** A new strategy with its own state: pools never share one. */
export function strategyByName(name: StrategyName): Strategy {
  return factories[name]();
}
