import { describe, expect, it } from 'vitest';
import { strategyConformance } from '../testing/strategy-conformance.ts';
import { testEndpoint } from '../testing/test-endpoint.ts';
import { roundRobin } from './round-robin.ts';

const equals = (...addresses: string[]) => addresses.map((address) => testEndpoint(address));

describe('roundRobin', () => {
  strategyConformance(() => roundRobin());

  it('visits equals one after the other', () => {
    const endpoints = equals('a', 'b', 'c');
    const { pick } = roundRobin();
    expect(Array.from({ length: 7 }, () => pick(endpoints, {})!.address).join('')).toBe('abcabca');
  });

  it('goes by weight where weights differ', () => {
    const endpoints = [5, 1, 1].map((weight, i) => testEndpoint('abc'[i]!, { weight }));
    const { pick } = roundRobin();
    expect(Array.from({ length: 7 }, () => pick(endpoints, {})!.address).join('')).toBe('aabacaa');
  });

  it('takes no turn from anyone while retries ask for shorter lists in between', () => {
    const endpoints = equals('a', 'b');
    const { pick } = roundRobin();
    const picked = Array.from({ length: 6 }, () => {
      const first = pick(endpoints, {})!;
      pick(
        endpoints.filter((other) => other !== first),
        {},
      );
      return first.address;
    });
    expect(picked.join('')).toBe('ababab');
  });

  it('spreads retries over those that are left', () => {
    const [a, ...others] = equals('a', 'b', 'c');
    const { pick } = roundRobin();
    const retried = Array.from({ length: 6 }, () => {
      for (let i = 0; i < 3; i++) pick([a!, ...others], {});
      return pick([...others], {})!.address;
    });
    expect(retried.filter((address) => address === 'b').length).toBeGreaterThan(1);
    expect(retried.filter((address) => address === 'c').length).toBeGreaterThan(1);
  });

  it('does not begin at the first whenever the list is new', () => {
    const endpoints = equals('a', 'b', 'c');
    const { pick } = roundRobin();
    expect(Array.from({ length: 6 }, () => pick([...endpoints], {})!.address).join('')).toBe('abcabc');
  });
});
