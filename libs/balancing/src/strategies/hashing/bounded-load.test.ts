import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashingConformance } from '../../testing/hashing-conformance.ts';
import { seeded } from '../../testing/seeded.ts';
import { strategyConformance } from '../../testing/strategy-conformance.ts';
import { testEndpoint } from '../../testing/test-endpoint.ts';
import { boundedLoad } from './bounded-load.ts';

const create = () => boundedLoad({}, { random: seeded(1) });

describe('boundedLoad', () => {
  strategyConformance(create, {
    sharesWithin: { part: 0.25, because: 'a ring, evened out only beyond 1.5 times the fair share' },
  });
  hashingConformance(create, { strayingAtMost: 0, byAddress: true });

  it('never gives an endpoint more than the bound, whatever the keys, weights and load', () => {
    const request = fc.record({ key: fc.constantFrom('hot', 'warm', 'x', 'y', undefined), ends: fc.boolean() });
    const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 8 });
    const factors = fc.double({ min: 1, max: 3, noNaN: true });
    fc.assert(
      fc.property(weights, factors, fc.array(request, { maxLength: 100 }), (weights, balanceFactor, requests) => {
        const { pick } = boundedLoad({ balanceFactor, pointsPerWeight: 10 }, { random: seeded(1) });
        const endpoints = weights.map((weight, i) => testEndpoint(`e${i}:1`, { weight }));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        for (const { key, ends } of requests) {
          const picked = pick(endpoints, key === undefined ? {} : { affinityKey: key })!;
          picked.inFlight++;
          const inFlight = endpoints.reduce((sum, endpoint) => sum + endpoint.inFlight, 0);
          const bound = Math.ceil(((balanceFactor * inFlight) / total) * picked.weight + 1e-9);
          expect(picked.inFlight).toBeLessThanOrEqual(bound);
          if (ends) picked.inFlight--;
        }
      }),
    );
  });

  it('sends a hot key to few endpoints and leaves the other keys where they were', () => {
    const { pick } = create();
    const endpoints = Array.from({ length: 10 }, (_, i) => testEndpoint(`e${i}:1`, { inFlight: 10 }));
    const home = pick(endpoints, { affinityKey: 'hot' })!;
    home.inFlight = 20;
    const spilled = pick(endpoints, { affinityKey: 'hot' })!;
    expect(spilled).not.toBe(home);
    expect(pick(endpoints, { affinityKey: 'hot' })).toBe(spilled);
    home.inFlight = 10;
    expect(pick(endpoints, { affinityKey: 'hot' })).toBe(home);
  });

  it('refuses a factor that leaves no room for all', () => {
    expect(() => boundedLoad({ balanceFactor: 0.99 }, { random: seeded(1) })).toThrow(RangeError);
    expect(() => boundedLoad({ pointsPerWeight: 0 }, { random: seeded(1) })).toThrow(RangeError);
  });
});
