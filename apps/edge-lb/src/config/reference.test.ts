import { expect, it } from 'vitest';
import { configReference } from './reference.ts';

it('the reference page is the one that the schema makes (vitest -u writes it)', async () => {
  await expect(configReference()).toMatchFileSnapshot('../../../../docs/reference/edge-lb-configuration.md');
});

it('every field says what it means', () => {
  const silent = configReference()
    .split('\n')
    .filter((line) => line.startsWith('| `') && line.endsWith('|  |'));
  expect(silent).toEqual([]);
});
