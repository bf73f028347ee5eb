import { describe, expect, it } from 'vitest';
import { missingBinaries, staleProjects } from './lock-faults.ts';

const bundler = { version: '1.0.0', optionalDependencies: { '@bundler/linux': '1.0.0', '@bundler/mac': '1.0.0' } };

describe('missingBinaries', () => {
  it('names the binaries that are left out of the lock', () => {
    const packages = { 'node_modules/bundler': bundler, 'node_modules/@bundler/linux': { version: '1.0.0' } };
    expect(missingBinaries(packages)).toEqual(['node_modules/bundler@1.0.0: lacks @bundler/mac']);
  });

  it('does not take another version for the binary', () => {
    const packages = {
      'node_modules/bundler': bundler,
      'node_modules/@bundler/linux': { version: '1.0.0' },
      'node_modules/@bundler/mac': { version: '0.9.0' },
    };
    expect(missingBinaries(packages)).toHaveLength(1);
  });

  it('finds binaries beside a nested package and above it', () => {
    const packages = {
      'node_modules/tool/node_modules/bundler': bundler,
      'node_modules/tool/node_modules/@bundler/linux': { version: '1.0.0' },
      'node_modules/@bundler/mac': { version: '1.0.0' },
    };
    expect(missingBinaries(packages)).toEqual([]);
  });
});

describe('staleProjects', () => {
  const manifest = { dependencies: { '@fixture/b': '*' } };

  it('finds projects that are new or import something new', () => {
    expect(staleProjects({ 'libs/a': {} }, [{ dir: 'libs/a', manifest }])).toHaveLength(1);
    expect(staleProjects({}, [{ dir: 'libs/a', manifest }])).toHaveLength(1);
    expect(staleProjects({ 'libs/a': manifest }, [{ dir: 'libs/a', manifest }])).toEqual([]);
  });
});
