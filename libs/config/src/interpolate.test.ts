import { describe, expect, it } from 'vitest';
import { interpolate } from './interpolate.ts';

describe('interpolate', () => {
  it.each([
    ['${A}', { A: 'x' }, 'x'],
    ['${A:-d}', {}, 'd'],
    ['${A:-d}', { A: '' }, 'd'],
    ['${A-d}', { A: '' }, ''],
    ['${A:-}', {}, ''],
    ['$$HOME costs $5', {}, '$HOME costs $5'],
  ])('fills %s as docker compose does', (text, env, filled) => {
    expect(interpolate(text, env)).toEqual({ text: filled, faults: [] });
  });

  it('names each variable that is missing', () => {
    expect(interpolate('${A} ${B}', {}).faults.map(({ path }) => path)).toEqual(['${A}', '${B}']);
  });
});
