import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cruise, type Cruise } from './cruise.ts';

const fixture = mkdtempSync(join(tmpdir(), 'edgeway-boundaries-'));
afterAll(() => rmSync(fixture, { recursive: true }));

const projects = {
  'libs/shapes': 'pure',
  'libs/files': 'adapter',
  'libs/kit': 'kit',
  'libs/testing': 'adapter',
  'apps/one': 'app',
  'apps/two': 'app',
  'tools/run': 'tool',
  e2e: 'e2e',
};

/** One file each; what it imports, and the rule that must catch it (`undefined`: it is allowed). */
const imports: readonly [file: string, imported: string, rule: string | undefined][] = [
  ['libs/files/src/reads-shapes.ts', '@fixture/shapes', undefined],
  ['apps/one/src/uses-kit.ts', '@fixture/kit', undefined],
  ['apps/one/src/some.test.ts', '@fixture/testing', undefined],
  ['libs/shapes/src/shapes.test.ts', 'node:fs', undefined],
  ['tools/run/src/runs.ts', '@fixture/files', undefined],
  ['libs/shapes/src/reads-files.ts', '@fixture/files', 'libs/shapes (pure) may import pure'],
  ['libs/shapes/src/reads-disk.ts', 'node:fs', 'pure libs import no node:*'],
  ['libs/files/src/uses-kit.ts', '@fixture/kit', 'libs/files (adapter) may import pure, adapter'],
  ['libs/files/src/reaches-app.ts', '../../../apps/two/src/index.ts', 'libs/files (adapter) may import pure, adapter'],
  ['apps/one/src/uses-app.ts', '@fixture/two', 'apps/one (app) may import pure, adapter, kit'],
  ['apps/one/src/uses-tool.ts', '@fixture/run', 'apps/one (app) may import pure, adapter, kit'],
  ['apps/one/src/fakes.ts', '@fixture/testing', 'only tests import libs/testing'],
  ['apps/one/src/domain/order.ts', '../store/orders.ts', 'a domain knows neither http nor store'],
  ['e2e/peeks.ts', '@fixture/shapes', 'e2e (e2e) may import no other project'],
  ['libs/files/src/lost.ts', './nowhere.ts', 'every import resolves'],
  ['libs/kit/src/round.ts', './there.ts', 'no cycles'],
];

let seen: Cruise;

beforeAll(async () => {
  write('package.json', JSON.stringify({ type: 'module', workspaces: ['apps/*', 'libs/*', 'tools/*', 'e2e'] }));
  for (const [dir, type] of Object.entries(projects)) {
    const name = `@fixture/${dir.split('/').at(-1)}`;
    const manifest = { name, type: 'module', exports: './src/index.ts', nx: { tags: [`type:${type}`] } };
    write(`${dir}/package.json`, JSON.stringify(manifest));
    write(`${dir}/src/index.ts`, 'export const here = 1;');
    mkdirSync(join(fixture, 'node_modules/@fixture'), { recursive: true });
    symlinkSync(join(fixture, dir), join(fixture, 'node_modules', name));
  }
  write('apps/one/src/store/orders.ts', 'export const here = 1;');
  write('libs/kit/src/there.ts', `export { here } from './round.ts';`);
  for (const [file, imported] of imports) write(file, `export { here } from '${imported}';`);
  seen = await cruise(fixture);
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(fixture, file)), { recursive: true });
  writeFileSync(join(fixture, file), text);
}

describe('the boundaries', () => {
  it.each(imports)('%s importing %s: %s', (file, _imported, rule) => {
    const broken = seen.violations.filter(({ from }) => from === file).map((violation) => violation.rule.name);
    expect(broken).toEqual(rule === undefined ? [] : [rule]);
  });

  it('see every file: a cruise of nothing would find nothing', () => {
    expect(seen.totalCruised).toBeGreaterThan(imports.length);
  });
});
