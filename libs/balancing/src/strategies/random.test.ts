import { describe } from 'vitest';
import { seeded } from '../testing/seeded.ts';
import { strategyConformance } from '../testing/strategy-conformance.ts';
import { randomly } from './random.ts';

describe('randomly', () => {
  strategyConformance(() => randomly({ random: seeded(1) }));
});
