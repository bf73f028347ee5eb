import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import { createPool } from '../pool.ts';
import type { Strategy } from '../strategy.ts';

const endpoint = (address: string, weight = 1): Endpoint => ({ address, weight, inFlight: 0, available: true });

/** How often each address is picked while every pick is kept busy, as long requests would. */
function shares(strategy: Strategy, endpoints: readonly Endpoint[], picks: number): Map<string, number> {
  const counts = new Map(endpoints.map(({ address }) => [address, 0]));
  for (let i = 0; i < picks; i++) {
    const picked = strategy.pick(endpoints, {})!;
    picked.inFlight++;
    counts.set(picked.address, counts.get(picked.address)! + 1);
  }
  return counts;
}

/** χ² against the weights. */
function unfairness(counts: ReadonlyMap<string, number>, endpoints: readonly Endpoint[], picks: number): number {
  const total = endpoints.reduce((sum, { weight }) => sum + weight, 0);
  return endpoints.reduce((sum, { address, weight }) => {
    const expected = (picks * weight) / total;
    return sum + (counts.get(address)! - expected) ** 2 / expected;
  }, 0);
}

/** What every strategy guarantees, whatever its idea. Each strategy's test runs it. */
export function strategyConformance(create: () => Strategy): void {
  describe('as every strategy', () => {
    it('picks nothing from an empty pool and the only endpoint of a pool of one', () => {
      const strategy = create();
      const only = endpoint('a:1');
      expect(strategy.pick([], {})).toBeUndefined();
      expect(strategy.pick([only], {})).toBe(only);
    });

    it('never picks outside the list, whatever came and went before', () => {
      const step = fc.record({ present: fc.uniqueArray(fc.nat(9), { maxLength: 10 }), busy: fc.nat(5) });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const strategy = create();
          const all = Array.from({ length: 10 }, (_, i) => endpoint(`e${i}:1`, 1 + (i % 3)));
          for (const { present, busy } of steps) {
            const list = present.map((i) => all[i]!);
            const picked = strategy.pick(list, {});
            expect(list.length === 0 ? [undefined] : list).toContain(picked);
            if (picked !== undefined) picked.inFlight = busy;
          }
        }),
      );
    });

    it('shares work by weight (χ²)', () => {
      const endpoints = [endpoint('a:1', 5), endpoint('b:1', 3), endpoint('c:1', 1), endpoint('d:1', 1)];
      // 16.27 is the 99.9 % point at 3 degrees of freedom.
      expect(unfairness(shares(create(), endpoints, 10_000), endpoints, 10_000)).toBeLessThan(16.27);
    });

    it('keeps the shares of the others right while one is ejected (regression: weights in a parallel array)', () => {
      const strategy = create();
      const endpoints = [endpoint('a:1', 5), endpoint('b:1', 3), endpoint('c:1', 1)];
      shares(strategy, endpoints, 90);
      const remaining = endpoints.slice(1);
      for (const rest of remaining) rest.inFlight = 0;
      const counts = shares(strategy, remaining, 4000);
      expect(counts.get('b:1')! / 4000).toBeCloseTo(0.75, 2);
      expect(counts.get('c:1')! / 4000).toBeCloseTo(0.25, 2);
    });

    it('picks none while all are unavailable, and returns every load it took', () => {
      const pool = createPool({ strategy: create() });
      pool.setMembers([{ address: 'a:1' }, { address: 'b:1', weight: 2 }]);
      const leases = Array.from({ length: 9 }, () => pool.acquire()!);
      for (const lease of leases) {
        lease.release();
        lease.release();
      }
      expect(pool.endpoints.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
      for (const member of pool.endpoints) member.available = false;
      expect(pool.acquire()).toBeUndefined();
    });
  });
}
