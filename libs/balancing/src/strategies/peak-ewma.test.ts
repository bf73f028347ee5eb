import { describe, expect, it } from 'vitest';
import { seeded } from '../testing/seeded.ts';
import { strategyConformance } from '../testing/strategy-conformance.ts';
import { testEndpoint } from '../testing/test-endpoint.ts';
import { peakEwma } from './peak-ewma.ts';

describe('peakEwma', () => {
  strategyConformance(() => peakEwma({}, { random: seeded(1), clock: () => 0 }));

  it('leaves an endpoint that turns slow after one response, and comes back once it is fast again', () => {
    const time = { now: 0 };
    const strategy = peakEwma({}, { random: seeded(2), clock: () => time.now });
    const endpoints = ['a:1', 'b:1', 'c:1'].map((address) => testEndpoint(address));
    const [slow] = endpoints;
    /** One request after the other, a second in all. */
    const picksOfSlow = (slowMs: number): number => {
      let picks = 0;
      for (let i = 0; i < 100; i++) {
        const picked = strategy.pick(endpoints, {})!;
        if (picked === slow) picks++;
        time.now += 10;
        strategy.observe!(picked, picked === slow ? slowMs : 10);
      }
      return picks;
    };
    expect(picksOfSlow(10)).toBeGreaterThan(20);
    expect(picksOfSlow(500)).toBeLessThanOrEqual(1);
    let recovered = 0;
    for (let seconds = 0; seconds < 120; seconds++) recovered += picksOfSlow(10);
    expect(recovered).toBeGreaterThan(20);
  });
});
