import { describe, expect, it } from 'vitest';
import { testEndpoint } from '../testing/test-endpoint.ts';
import { perList } from './per-list.ts';

describe('perList', () => {
  it('derives once for each list, also when lists alternate', () => {
    let derived = 0;
    const sizeOf = perList(({ length }) => (derived++, length));
    const [whole, shorter] = [[testEndpoint('a:1'), testEndpoint('b:1')], [testEndpoint('a:1')]];
    for (let i = 0; i < 5; i++) expect([sizeOf(whole), sizeOf(shorter)]).toEqual([2, 1]);
    expect(derived).toBe(2);
  });

  it('keeps nothing, not even undefined, from one list for another', () => {
    const first = perList(([endpoint]) => endpoint);
    expect(first([])).toBeUndefined();
    expect(first([testEndpoint('a:1')])?.address).toBe('a:1');
    expect(first([])).toBeUndefined();
  });
});
