import { describe, expect, it } from 'vitest';
import { strategyConformance } from '../testing/strategy-conformance.ts';
import type { Endpoint } from '../endpoint.ts';
import { roundRobin } from './round-robin.ts';

const endpoint = (address: string, weight: number): Endpoint => ({ address, weight, inFlight: 0, available: true });

describe('roundRobin', () => {
  strategyConformance(() => roundRobin());

  it('spreads a heavy endpoint over its round instead of bunching it', () => {
    const endpoints = [endpoint('a', 5), endpoint('b', 1), endpoint('c', 1)];
    const { pick } = roundRobin();
    expect(Array.from({ length: 7 }, () => pick(endpoints, {})!.address).join('')).toBe('aabacaa');
  });

  it('is exact over every full round', () => {
    const endpoints = [endpoint('a', 4), endpoint('b', 3), endpoint('c', 2)];
    const { pick } = roundRobin();
    for (let round = 0; round < 5; round++) {
      const picked = Array.from({ length: 9 }, () => pick(endpoints, {})!.address).toSorted();
      expect(picked.join('')).toBe('aaaabbbcc');
    }
  });
});
