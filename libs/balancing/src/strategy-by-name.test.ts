import { describe, expect, it } from 'vitest';
import { hashingStrategies, strategyByName, strategyNames } from './strategy-by-name.ts';
import { seeded } from './testing/seeded.ts';
import { testEndpoint } from './testing/test-endpoint.ts';

const deps = { random: seeded(1), clock: () => 0 };

describe('strategyByName', () => {
  it.each(strategyNames)('makes the strategy of the name %s', (name) => {
    expect(strategyByName(name, deps).name).toBe(name);
  });

  it.each(strategyNames)('tells whether %s keeps equal keys together', (name) => {
    const endpoints = Array.from({ length: 50 }, (_, i) => testEndpoint(`e${i}:1`));
    const { pick } = strategyByName(name, deps);
    const picked = new Set(Array.from({ length: 20 }, () => pick(endpoints, { affinityKey: 'one' })));
    expect(picked.size === 1).toBe(hashingStrategies.has(name));
  });

  it('makes a new one each time, since pools must not share turns', () => {
    const endpoints = [testEndpoint('a:1'), testEndpoint('b:1')];
    const firsts = [1, 2].map(() => strategyByName('round-robin', deps).pick(endpoints, {})!.address);
    expect(firsts).toEqual(['a:1', 'a:1']);
  });

  it('hands on the options', () => {
    expect(() => strategyByName('maglev', deps, { tableSize: 4 })).toThrow(RangeError);
    expect(() => strategyByName('bounded-load', deps, { balanceFactor: 0.5 })).toThrow(RangeError);
  });
});
