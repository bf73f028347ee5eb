import { describe, expect, it } from 'vitest';
import { hashingConformance } from '../../testing/hashing-conformance.ts';
import { seeded } from '../../testing/seeded.ts';
import { strategyConformance } from '../../testing/strategy-conformance.ts';
import { maglev } from './maglev.ts';

const create = () => maglev({}, { random: seeded(1) });

describe('maglev', () => {
  strategyConformance(create);
  hashingConformance(create, { strayingAtMost: 0.01, byAddress: true });

  it.each([0, 1, 4, 65_536, 7.5, NaN])('refuses a table of %d, which is no prime', (tableSize) => {
    expect(() => maglev({ tableSize }, { random: seeded(1) })).toThrow(RangeError);
  });
});
