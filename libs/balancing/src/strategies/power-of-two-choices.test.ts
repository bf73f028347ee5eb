import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../testing/seeded.ts';
import { strategyConformance } from '../testing/strategy-conformance.ts';
import { testEndpoint } from '../testing/test-endpoint.ts';
import { powerOfTwoChoices } from './power-of-two-choices.ts';

describe('powerOfTwoChoices', () => {
  strategyConformance(() => powerOfTwoChoices({}, { random: seeded(1) }));

  it('never picks the busiest of equals, since it loses every pair it is drawn in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1000), { minLength: 2, maxLength: 20 }), fc.integer(), (loads, seed) => {
        const endpoints = loads.map((inFlight, i) => testEndpoint(`e${i}:1`, { inFlight }));
        const { pick } = powerOfTwoChoices({}, { random: seeded(seed) });
        for (let i = 0; i < 50; i++) expect(pick(endpoints, {})!.inFlight).toBeLessThan(Math.max(...loads));
      }),
    );
  });

  it('draws every pair equally often (regression: adjacent pairs must not be favoured)', () => {
    const endpoints = ['a', 'b', 'c', 'd'].map((address) => testEndpoint(address));
    const pairs = new Map<string, number>();
    const draws = 60_000;
    let seen: string[] = [];
    const load = ({ address }: { address: string }): number => (seen.push(address), 0);
    const { pick } = powerOfTwoChoices({ load }, { random: seeded(7) });
    for (let i = 0; i < draws; i++) {
      seen = [];
      pick(endpoints, {});
      const pair = seen.toSorted().join('');
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    expect(pairs.size).toBe(6);
    for (const count of pairs.values()) expect(Math.abs(count / draws - 1 / 6)).toBeLessThan(0.01);
  });

  it('gives one heavy endpoint among many its due, though it is in few pairs', () => {
    const endpoints = Array.from({ length: 11 }, (_, i) => testEndpoint(`e${i}:1`, { weight: i === 0 ? 10 : 1 }));
    const { pick } = powerOfTwoChoices({}, { random: seeded(3) });
    for (let i = 0; i < 4000; i++) pick(endpoints, {})!.inFlight++;
    expect(endpoints[0]!.inFlight / 4000).toBeCloseTo(0.5, 2);
  });
});
