import { describe, expect, it } from 'vitest';
import { beside } from './beside.ts';
import { interleaved, median, medianRatio } from './rounds.ts';

const engines = [{ name: 'wire' as const }, { name: 'nginx' as const }];

describe('interleaved', () => {
  it('gives every engine its turn in every round', async () => {
    const turns: string[] = [];
    const { samples, faults } = await interleaved(engines, 2, async ({ name }) => turns.push(name));
    expect(turns).toEqual(['wire', 'nginx', 'wire', 'nginx']);
    expect([...samples]).toEqual([
      ['wire', [1, 3]],
      ['nginx', [2, 4]],
    ]);
    expect(faults).toEqual([]);
  });

  it('leaves out an engine that fails, says why, and goes on with the others', async () => {
    const { samples, faults } = await interleaved(engines, 2, async ({ name }) => {
      if (name === 'wire') throw new Error('it broke');
      return 1;
    });
    expect([...samples]).toEqual([['nginx', [1, 1]]]);
    expect(faults).toEqual(['wire: it broke']);
  });
});

describe('beside', () => {
  it('judges the ratio, and shows how far the rounds differ', () => {
    const theirs = { peer: 'nginx', peerValues: [10, 20, 8], target: 1.4 };
    expect(beside('CPU', 'µs', [10, 40, 12], theirs)).toEqual({
      name: 'CPU',
      value: 12,
      unit: 'µs',
      peer: 'nginx',
      peerValue: 10,
      ratio: 1.5,
      ratioRange: [1, 2],
      target: 1.4,
      met: false,
    });
  });
});

describe('medians', () => {
  it('are of the numbers, and of the ratios within each round', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(medianRatio([10, 40, 12], [10, 20, 8])).toBe(1.5);
  });
});
