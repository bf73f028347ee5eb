import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { murmur3 } from './murmur3.ts';

describe('murmur3', () => {
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['\uffff\uffff', 0, 0x76293b50],
    ['\u4321\u8765', 0, 0xf55b516b],
    ['\u4321\u8765', 0x5082edee, 0x2362f9de],
    ['\u4321', 0, 0xa0f7b07a],
  ])('agrees with the published vectors: %j seeded %d', (text, seed, hash) => {
    expect(murmur3(text, seed)).toBe(hash);
  });

  it('moves half of the bits when one bit of the text changes', () => {
    let moved = 0;
    const texts = 2000;
    for (let i = 0; i < texts; i++) {
      const [before, after] = [`10.0.0.${i}:8080`, `10.0.0.${i}:8081`];
      for (let bits = murmur3(before) ^ murmur3(after); bits !== 0; bits &= bits - 1) moved++;
    }
    expect(moved / texts).toBeCloseTo(16, 0);
  });

  it('is an unsigned 32-bit integer for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => murmur3(text) === murmur3(text) >>> 0));
  });
});
