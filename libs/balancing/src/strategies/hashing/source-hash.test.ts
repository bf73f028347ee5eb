import { describe } from 'vitest';
import { hashingConformance } from '../../testing/hashing-conformance.ts';
import { seeded } from '../../testing/seeded.ts';
import { strategyConformance } from '../../testing/strategy-conformance.ts';
import { sourceHash } from './source-hash.ts';

const create = () => sourceHash({ random: seeded(1) });

describe('sourceHash', () => {
  strategyConformance(create);
  // All may move: that is its price.
  hashingConformance(create, { strayingAtMost: 1, byAddress: false });
});
