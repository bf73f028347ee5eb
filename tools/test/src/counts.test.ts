import { describe, expect, it } from 'vitest';
import { addCounts, closingLine, countTests } from './counts.ts';

const test = (status: string, fullName = 'x') => ({ status, fullName });
const report = (status: string, ...assertionResults: ReturnType<typeof test>[]) => ({
  testResults: [{ name: 'a.test.ts', status, assertionResults }],
});

describe('countTests', () => {
  it('counts what passed, failed and was skipped, by name', () => {
    const seen = report('failed', test('passed'), test('failed'), test('skipped', 'docker x'), test('todo', 'y'));
    expect(countTests(seen, false)).toEqual({ passed: 1, failed: 1, skipped: ['docker x', 'y'] });
  });

  it.each([
    ['a file that did not load', report('failed')],
    ['a hook that broke after its tests passed', report('failed', test('passed'))],
    ['an error that belongs to no file', report('passed', test('passed'))],
  ])('counts %s as a failure', (_what, seen) => {
    expect(countTests(seen, false).failed).toBe(1);
  });
});

it('ends in the line that CI reads', () => {
  const some = { passed: 2, failed: 0, skipped: ['x'] };
  expect(closingLine(addCounts([some, some]))).toBe('4 passed, 0 failed, 2 skipped');
});
