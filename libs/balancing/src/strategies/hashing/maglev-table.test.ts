import { describe, expect, it } from 'vitest';
import { testEndpoint } from '../../testing/test-endpoint.ts';
import { maglevTable } from './maglev-table.ts';

const pool = (weights: readonly number[]) => weights.map((weight, i) => testEndpoint(`10.0.0.${i}:80`, { weight }));

function slots(weights: readonly number[], size: number): number[] {
  const endpoints = pool(weights);
  const { owners } = maglevTable(endpoints, size);
  const owned = new Map(endpoints.map((endpoint) => [endpoint, 0]));
  for (const owner of owners) owned.set(owner, owned.get(owner)! + 1);
  return [...owned.values()];
}

describe('maglevTable', () => {
  it('gives equals as many slots, but for one', () => {
    const owned = slots(
      Array.from({ length: 100 }, () => 1),
      65_537,
    );
    expect(Math.max(...owned) - Math.min(...owned)).toBeLessThanOrEqual(1);
  });

  it('gives each within 1 % of what its weight deserves', () => {
    const weights = [5, 3, 1, 1, 0.5, 2];
    const owned = slots(weights, 65_537);
    for (const [i, weight] of weights.entries())
      expect(Math.abs(owned[i]! / ((65_537 * weight) / 12.5) - 1)).toBeLessThan(0.01);
  });

  it('is full even when there are more endpoints than slots', () => {
    expect(maglevTable(pool([1, 1, 1, 1, 1, 1, 1, 1]), 5).owners.every((owner) => owner !== undefined)).toBe(true);
  });
});
