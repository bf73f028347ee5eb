import { describe, expect, it } from 'vitest';
import { testEndpoint } from '../../testing/test-endpoint.ts';
import { keyTables } from './key-table.ts';

function setUp() {
  const built: number[] = [];
  const find = keyTables((endpoints) => {
    built.push(endpoints.length);
    return { owners: endpoints, slotOf: (hash) => hash % endpoints.length };
  });
  return { built, find, endpoints: ['a', 'b', 'c', 'd'].map((address) => testEndpoint(address)) };
}

describe('keyTables', () => {
  it('builds no table for a list that is used once, and none again for one that it knows', () => {
    const { built, find, endpoints } = setUp();
    for (let i = 0; i < 5; i++) {
      expect(find(endpoints, 1)!.address).toBe('b');
      expect(find([endpoints[0]!, endpoints[3]!], 1)!.address).toBe('d');
    }
    expect(built).toEqual([4]);
  });

  it('builds one for a list that is used again', () => {
    const { built, find, endpoints } = setUp();
    find(endpoints, 1);
    const shorter = endpoints.slice(1);
    expect(find(shorter, 0)!.address).toBe('b');
    expect(find(shorter, 1)!.address).toBe('c');
    expect(find(endpoints, 0)!.address).toBe('a');
    expect(built).toEqual([4, 3]);
  });

  it('notices newcomers even if its caller makes a new list for every pick', () => {
    const { find, endpoints } = setUp();
    find(endpoints, 0);
    const picked = Array.from({ length: 100 }, () => find([testEndpoint('new'), ...endpoints], 0)!.address);
    expect(picked[0]).toBe('a');
    expect(picked).toContain('new');
  });

  it('finds an endpoint of a list that has nothing in common with the one before', () => {
    const { find, endpoints } = setUp();
    find(endpoints, 1);
    expect(find([testEndpoint('x'), testEndpoint('y')], 1)!.address).toBe('y');
  });

  it('passes over whom it is told not to admit', () => {
    const { find, endpoints } = setUp();
    expect(find(endpoints, 3, ({ address }) => address === 'b')!.address).toBe('b');
    expect(find(endpoints, 3, () => false)).toBeUndefined();
  });
});
