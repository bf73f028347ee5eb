import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testEndpoint } from '../testing/test-endpoint.ts';
import { weightedChoice } from './weighted-choice.ts';

describe('weightedChoice', () => {
  it('gives each endpoint exactly the room that its weight deserves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 }), (weights) => {
        const endpoints = weights.map((weight, i) => testEndpoint(`e${i}:1`, { weight }));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const choose = weightedChoice();
        // Every border between two owners is a multiple of this grain.
        const grains = total * weights.length;
        const room = new Map<string, number>();
        for (let grain = 0; grain < grains; grain++) {
          const { address } = choose(endpoints, (grain + 0.5) / grains)!;
          room.set(address, (room.get(address) ?? 0) + 1);
        }
        expect(endpoints.map(({ address }) => room.get(address))).toEqual(weights.map((w) => w * weights.length));
      }),
    );
  });

  it('chooses nothing from nothing', () => {
    expect(weightedChoice()([], 0.5)).toBeUndefined();
  });
});
