import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readProjects } from '../projects.ts';

const root = resolve(import.meta.dirname, '../../../..');

it('the linter bans clocks, randomness and the environment in exactly the projects tagged pure', () => {
  const pure = readProjects(root).filter(({ type }) => type === 'pure');
  const names = pure.map(({ dir }) => dir.replace('libs/', '')).join();
  const { overrides } = JSON.parse(readFileSync(`${root}/.oxlintrc.json`, 'utf8')) as {
    overrides: { files: string[] }[];
  };
  expect(overrides[0]?.files).toEqual([`libs/{${names}}/src/**/*.ts`]);
});
