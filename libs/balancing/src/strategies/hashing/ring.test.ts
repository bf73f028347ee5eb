import { describe, expect, it } from 'vitest';
import { testEndpoint } from '../../testing/test-endpoint.ts';
import { ring } from './ring.ts';

const pool = (size: number, weight = 1) =>
  Array.from({ length: size }, (_, i) => testEndpoint(`10.0.${i >> 8}.${i & 255}:80`, { weight }));

describe('ring', () => {
  it('has 160 points for each unit of weight, and one for the lightest', () => {
    const points = (weight: number) => ring(pool(1, weight), 160).owners.length;
    expect([1, 2.5, 1e-6].map(points)).toEqual([160, 400, 1]);
  });

  it('stays bounded, however many or heavy the endpoints', () => {
    expect(ring(pool(10_000), 160).owners.length).toBeLessThanOrEqual(2 ** 18);
    expect(ring(pool(100, 1e6), 160).owners.length).toBeLessThanOrEqual(2 ** 18);
    expect(new Set(ring(pool(10_000), 160).owners).size).toBe(10_000);
  });

  it('leads a hash to the first point at or after it, and round behind the last', () => {
    const { owners, slotOf } = ring(pool(3), 160);
    expect(slotOf(0)).toBe(0);
    expect(slotOf(2 ** 32 - 1)).toBe(0);
    const slots = Array.from({ length: 1000 }, (_, i) => slotOf(Math.floor((i / 1000) * 2 ** 32)));
    const wrapped = slots.indexOf(0, 10);
    const ascending = wrapped < 0 ? slots : slots.slice(0, wrapped);
    expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
    expect(Math.max(...slots)).toBeLessThan(owners.length);
  });

  it('gives more keys to an endpoint that warms up, and takes none between the others', () => {
    const endpoints = pool(5);
    const place = (weight: number) => {
      const { owners, slotOf } = ring([testEndpoint('new:80', { weight }), ...endpoints], 160);
      return Array.from({ length: 2000 }, (_, i) => owners[slotOf(i * 2_147_483)]!.address);
    };
    const [cold, warm] = [place(0.2), place(1)];
    for (const [i, address] of cold.entries()) expect([address, 'new:80']).toContain(warm[i]);
    const keysOfNew = (places: string[]) => places.filter((address) => address === 'new:80').length;
    expect(keysOfNew(warm)).toBeGreaterThan(2 * keysOfNew(cold));
  });
});
