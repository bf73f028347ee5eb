import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strategyConformance } from '../testing/strategy-conformance.ts';
import type { Endpoint } from '../endpoint.ts';
import { leastConnections } from './least-connections.ts';

const endpoint = (address: string, inFlight = 0, weight = 1): Endpoint => ({
  address,
  weight,
  inFlight,
  available: true,
});

describe('leastConnections', () => {
  strategyConformance(() => leastConnections());

  it('never picks an endpoint while another is less loaded for its weight', () => {
    const member = fc.record({ inFlight: fc.nat(50), weight: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 20 }), (members) => {
        const endpoints = members.map(({ inFlight, weight }, i) => endpoint(`e${i}`, inFlight, weight));
        const picked = leastConnections().pick(endpoints, {})!;
        const load = (e: Endpoint): number => (e.inFlight + 1) / e.weight;
        expect(load(picked)).toBe(Math.min(...endpoints.map(load)));
      }),
    );
  });

  it('goes round among equals, so that an idle pool does not wear out its first member', () => {
    const endpoints = ['a', 'b', 'c'].map((address) => endpoint(address));
    const { pick } = leastConnections();
    const picked = Array.from({ length: 6 }, () => pick(endpoints, {})!.address);
    expect(picked).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });
});
