import { describe, expect, it } from 'vitest';
import { strategyConformance } from '../testing/strategy-conformance.ts';
import { testEndpoint } from '../testing/test-endpoint.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

const weighted = (weights: Record<string, number>) =>
  Object.entries(weights).map(([address, weight]) => testEndpoint(address, { weight }));

describe('weightedRoundRobin', () => {
  strategyConformance(() => weightedRoundRobin());

  it('spreads a heavy endpoint over its round instead of bunching it', () => {
    const endpoints = weighted({ a: 5, b: 1, c: 1 });
    const { pick } = weightedRoundRobin();
    expect(Array.from({ length: 7 }, () => pick(endpoints, {})!.address).join('')).toBe('aabacaa');
  });

  it('is exact over every full round', () => {
    const endpoints = weighted({ a: 4, b: 3, c: 2 });
    const { pick } = weightedRoundRobin();
    for (let round = 0; round < 5; round++) {
      const picked = Array.from({ length: 9 }, () => pick(endpoints, {})!.address).toSorted();
      expect(picked.join('')).toBe('aaaabbbcc');
    }
  });

  it('shares .75 : .25 exactly when the first of 5:3:1 is down (regression: weights in a parallel array)', () => {
    const endpoints = weighted({ a: 5, b: 3, c: 1 });
    const { pick } = weightedRoundRobin();
    for (let i = 0; i < 9; i++) pick(endpoints, {});
    const rest = endpoints.slice(1);
    const picked = Array.from({ length: 40 }, () => pick(rest, {})!.address);
    expect(picked.filter((address) => address === 'b')).toHaveLength(30);
  });

  it('remembers credit when every pick brings a new list', () => {
    const endpoints = weighted({ a: 2, b: 1 });
    const { pick } = weightedRoundRobin();
    expect(Array.from({ length: 6 }, () => pick([...endpoints], {})!.address).join('')).toBe('abaaba');
  });
});
