import { describe, expect, it } from 'vitest';
import { hashingConformance } from '../../testing/hashing-conformance.ts';
import { seeded } from '../../testing/seeded.ts';
import { strategyConformance } from '../../testing/strategy-conformance.ts';
import { ringHash } from './ring-hash.ts';

const create = () => ringHash({}, { random: seeded(1) });

describe('ringHash', () => {
  strategyConformance(create, {
    sharesWithin: { part: 0.25, because: '160 points make arcs whose sums differ by some 8 %' },
  });
  hashingConformance(create, { strayingAtMost: 0, byAddress: true });

  it('refuses to have no points', () => {
    expect(() => ringHash({ pointsPerWeight: 0 }, { random: seeded(1) })).toThrow(RangeError);
  });
});
