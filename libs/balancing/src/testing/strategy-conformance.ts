import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import { createPool } from '../pool.ts';
import type { Strategy } from '../strategy.ts';
import { testEndpoint } from './test-endpoint.ts';

/** What a strategy does not promise. */
export interface Exceptions {
  /** Shares are not exact by design, and only promised within this part of what is due. */
  readonly sharesWithin?: { readonly part: number; readonly because: string };
}

const weighted = (...weights: number[]): Endpoint[] =>
  weights.map((weight, i) => testEndpoint(`10.0.0.${i + 1}:8080`, { weight }));

/**
 * How often each endpoint is picked while every pick is kept busy, as long requests would. Each pick is of
 * another key, since hashing strategies are fair over keys, not over requests.
 */
function counts(strategy: Strategy, endpoints: readonly Endpoint[], picks: number, between = (): void => {}): number[] {
  const picked = new Map(endpoints.map((endpoint) => [endpoint, 0]));
  for (let i = 0; i < picks; i++) {
    const endpoint = strategy.pick(endpoints, { affinityKey: `key-${i}` })!;
    endpoint.inFlight++;
    picked.set(endpoint, picked.get(endpoint)! + 1);
    between();
  }
  return [...picked.values()];
}

/** The 99.9 % points of χ² by degrees of freedom. */
const chiSquareLimit = [0, 10.83, 13.82, 16.27];

function expectFair(picked: readonly number[], endpoints: readonly Endpoint[], { sharesWithin }: Exceptions): void {
  const [picks, total] = [sum(picked), sum(endpoints.map(({ weight }) => weight))];
  const due = endpoints.map(({ weight }) => (picks * weight) / total);
  const strays = picked.map((count, i) => Math.abs(count - due[i]!));
  const chiSquare = sum(strays.map((stray, i) => stray ** 2 / due[i]!));
  const part = Math.max(...strays.map((stray, i) => stray / due[i]!));
  const [unfairness, limit] =
    sharesWithin === undefined ? [chiSquare, chiSquareLimit[endpoints.length - 1]!] : [part, sharesWithin.part];
  expect(unfairness, `${String(picked)} for ${String(due)}`).toBeLessThan(limit);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/**
 * What every strategy guarantees, whatever its idea. Each strategy's test runs it.
 *
 * @param create a strategy without history, its randomness seeded.
 */
export function strategyConformance(create: () => Strategy, exceptions: Exceptions = {}): void {
  const { sharesWithin } = exceptions;
  const shares =
    sharesWithin === undefined ? 'by weight (χ²)' : `by weight (within ${sharesWithin.part}: ${sharesWithin.because})`;

  describe('as every strategy', () => {
    it('picks nothing from an empty pool and the only endpoint of a pool of one', () => {
      const strategy = create();
      const only = testEndpoint('a:1');
      for (const context of [{}, { affinityKey: 'k' }]) {
        expect(strategy.pick([], context)).toBeUndefined();
        expect(strategy.pick([only], context)).toBe(only);
      }
    });

    it('never picks outside the list, whatever came, went, was busy or was measured before', () => {
      const step = fc.record({
        present: fc.uniqueArray(fc.nat(9), { maxLength: 10 }),
        picks: fc.integer({ min: 1, max: 3 }),
        busy: fc.nat(5),
        affinityKey: fc.string(),
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
          const strategy = create();
          const all = Array.from({ length: 10 }, (_, i) => testEndpoint(`e${i}:1`, { weight: 1 + (i % 3) }));
          for (const { present, picks, busy, affinityKey } of steps) {
            const list = present.map((i) => all[i]!);
            for (let i = 0; i < picks; i++) {
              const picked = strategy.pick(list, i === 0 ? {} : { affinityKey });
              expect(list.length === 0 ? [undefined] : list).toContain(picked);
              if (picked === undefined) continue;
              picked.inFlight = busy;
              strategy.observe?.(picked, busy);
            }
          }
        }),
        { numRuns: 50 },
      );
    });

    it(`shares work ${shares}`, () => {
      for (const endpoints of [weighted(5, 3, 1, 1), weighted(1, 1, 1, 1)])
        expectFair(counts(create(), endpoints, 10_000), endpoints, exceptions);
    });

    it('keeps the shares of the others right while one is ejected (regression: weights in a parallel array)', () => {
      const strategy = create();
      const endpoints = weighted(5, 3, 1);
      counts(strategy, endpoints, 90);
      const remaining = endpoints.slice(1);
      for (const rest of remaining) rest.inFlight = 0;
      expectFair(counts(strategy, remaining, 4000), remaining, exceptions);
    });

    it('keeps the shares right while retries ask with shorter lists in between', () => {
      const strategy = create();
      const endpoints = weighted(5, 3, 1);
      const retry = (): void => {
        const rest = endpoints.slice(1);
        expect(rest).toContain(strategy.pick(rest, { affinityKey: 'k' }));
      };
      expectFair(counts(strategy, endpoints, 2000, retry), endpoints, exceptions);
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
