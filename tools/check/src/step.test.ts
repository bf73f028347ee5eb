import { expect, it } from 'vitest';
import { commandStep, runSteps } from './step.ts';

const root = `${import.meta.dirname}/../../..`;

it('goes on after a failure, prints its reasons and counts it', async () => {
  const lines: string[] = [];
  const counts = await runSteps(
    [
      { name: 'first', run: async () => ['x.ts: is wrong'] },
      { name: 'second', run: () => Promise.reject(new Error('broke')) },
      { name: 'third', run: async () => [] },
    ],
    (line) => lines.push(line),
  );
  expect(counts).toEqual({ passed: 1, failed: 2 });
  expect(lines.join('\n')).toMatch(/failed.* first[^]*x\.ts: is wrong\n[^]*second[^]*Error: broke\n[^]*third/);
});

it('takes the output of a command that fails for the reason, and nothing of one that does not', async () => {
  expect(await commandStep('good', 'oxfmt', ['--version'], root).run()).toEqual([]);
  const faults = await commandStep('bad', 'oxfmt', ['--no-such-option'], root).run();
  expect(faults.length).toBeGreaterThan(1);
  expect(faults.at(-1)).toMatch(/ended with \d/);
});
