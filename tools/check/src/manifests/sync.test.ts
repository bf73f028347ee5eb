import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncManifests } from './sync.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'edgeway-manifests-'));
  write('package.json', { workspaces: ['libs/*'] });
  write('tsconfig.json', { files: [], references: [{ path: 'libs/a' }, { path: 'libs/b' }] });
  for (const name of ['a', 'b']) {
    write(`libs/${name}/package.json`, { name: `@fixture/${name}`, nx: { tags: ['type:pure'] } });
    write(`libs/${name}/tsconfig.json`, { references: [] });
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content: object | string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

describe('syncManifests', () => {
  it('has nothing to say when sources, package.json and tsconfig.json agree', () => {
    expect(syncManifests(root)).toEqual([]);
  });

  it.each([`import { x } from '@fixture/b';`, `import '@fixture/b/deep';`, `await import('@fixture/b');`])(
    'counts %s as an import',
    (source) => {
      write('libs/a/src/x.ts', source);
      expect(syncManifests(root)).toEqual([
        'libs/a/package.json: dependencies should be {"@fixture/b":"*"}',
        'libs/a/tsconfig.json: references should be [{"path":"../b"}]',
      ]);
    },
  );

  it('finds what is declared and not imported', () => {
    write('libs/a/tsconfig.json', { references: [{ path: '../b' }] });
    expect(syncManifests(root)).toEqual(['libs/a/tsconfig.json: references should be []']);
  });

  it('finds a project that the root does not build', () => {
    write('tsconfig.json', { files: [], references: [{ path: 'libs/a' }] });
    expect(syncManifests(root)).toHaveLength(1);
  });

  it('fixes what it finds, and keeps the rest of the files', () => {
    write('libs/a/src/x.ts', `export { y } from '@fixture/b';`);
    syncManifests(root, { fix: true });
    expect(syncManifests(root)).toEqual([]);
    expect(read('libs/a/package.json')).toEqual({
      name: '@fixture/a',
      dependencies: { '@fixture/b': '*' },
      nx: { tags: ['type:pure'] },
    });
  });
});
