import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import type { Strategy } from '../strategy.ts';
import { testEndpoint } from './test-endpoint.ts';

/** How loyal a hashing strategy is when the list changes. */
export interface Loyalty {
  /** The part of the survivors' own keys that may move when one of ten goes. */
  readonly strayingAtMost: number;
  /** Whether a key's place depends on the endpoints' addresses, not on their positions in the list. */
  readonly byAddress: boolean;
}

const pool = (size: number): Endpoint[] => Array.from({ length: size }, (_, i) => testEndpoint(`10.0.0.${i}:8080`));
const keys = Array.from({ length: 5000 }, (_, i) => `session-${i}`);

/** Where each key goes. */
const places = (strategy: Strategy, endpoints: readonly Endpoint[]): (Endpoint | undefined)[] =>
  keys.map((affinityKey) => strategy.pick(endpoints, { affinityKey }));

/** What every hashing strategy guarantees while nothing is in flight, besides the conformance of all. */
export function hashingConformance(create: () => Strategy, { strayingAtMost, byAddress }: Loyalty): void {
  describe('as every hashing strategy', () => {
    it('keeps equal keys on one endpoint, in this process and in the next', () => {
      fc.assert(
        fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 20 }), (affinityKey, size) => {
          const [strategy, endpoints] = [create(), pool(size)];
          const picked = strategy.pick(endpoints, { affinityKey });
          for (let i = 0; i < 3; i++) expect(strategy.pick(endpoints, { affinityKey })).toBe(picked);
          expect(create().pick(endpoints, { affinityKey })).toBe(picked);
        }),
        { numRuns: 20 },
      );
    });

    it(`moves the keys of an endpoint that goes, and at most ${strayingAtMost} of the others'`, () => {
      const [strategy, endpoints] = [create(), pool(10)];
      const before = places(strategy, endpoints);
      let moved = 0;
      let strayed = 0;
      for (const gone of endpoints) {
        const rest = endpoints.filter((endpoint) => endpoint !== gone);
        for (const [i, place] of places(strategy, rest).entries())
          if (before[i] === gone) moved++;
          else if (place !== before[i]) strayed++;
      }
      expect(moved).toBe(keys.length); // each key was at one endpoint, and each endpoint went once
      expect(strayed / (keys.length * 9)).toBeLessThanOrEqual(strayingAtMost);
    });

    it('sends all keys home when the endpoint is back', () => {
      const [strategy, endpoints] = [create(), pool(10)];
      const before = places(strategy, endpoints);
      places(strategy, endpoints.slice(1));
      expect(places(strategy, [...endpoints]).slice(1)).toEqual(before.slice(1));
    });

    it.runIf(byAddress)('spreads the keys of one that goes over all the others', () => {
      const [strategy, endpoints] = [create(), pool(10)];
      const before = places(strategy, endpoints);
      const after = places(strategy, endpoints.slice(1)).filter((_, i) => before[i] === endpoints[0]);
      expect(new Set(after).size).toBe(9);
    });

    it('is not led astray by the lists of retries in between', () => {
      const [strategy, endpoints] = [create(), pool(10)];
      const before = places(strategy, endpoints);
      const again = keys.map((affinityKey, i) => {
        const rest = endpoints.filter((endpoint) => endpoint !== before[i]);
        expect(rest).toContain(strategy.pick(rest, { affinityKey }));
        return strategy.pick(endpoints, { affinityKey });
      });
      expect(again).toEqual(before);
    });

    it.runIf(byAddress)('leads a key to the same endpoint whatever the order of the list', () => {
      const endpoints = pool(10);
      expect(places(create(), endpoints.toReversed())).toEqual(places(create(), endpoints));
    });

    it('spreads requests without a key, or with an empty one, over all', () => {
      const [strategy, endpoints] = [create(), pool(10)];
      for (const context of [{}, { affinityKey: '' }])
        expect(new Set(Array.from({ length: 300 }, () => strategy.pick(endpoints, context))).size).toBe(10);
    });
  });
}
