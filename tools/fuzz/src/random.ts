/** Numbers in [0, 1) that a seed determines. */
export type Random = () => number;

/** mulberry32: 32 bits of state, good enough to choose test inputs with, the same on every machine. */
export function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number in [0, below). */
export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

export const oneOf = <T>(random: Random, choices: readonly T[]): T => choices[below(random, choices.length)]!;

export const chance = (random: Random, probability: number): boolean => random() < probability;
