import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linkLibraries } from './postgres-programs.ts';

const dir = mkdtempSync(join(tmpdir(), 'edgeway-programs-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('linkLibraries', () => {
  it('makes links that still hold in a copy whose original nobody may enter', () => {
    const packaged = join(dir, 'packaged');
    mkdirSync(join(packaged, 'native/lib'), { recursive: true });
    writeFileSync(join(packaged, 'native/lib/libicu.so.60.2'), 'code');
    const links = [{ source: 'native/lib/libicu.so.60.2', target: 'native/lib/libicu.so.60' }];
    writeFileSync(join(packaged, 'native/pg-symlinks.json'), JSON.stringify(links));
    linkLibraries(packaged);
    linkLibraries(packaged);
    cpSync(join(packaged, 'native'), join(dir, 'copy'), { recursive: true, verbatimSymlinks: true });
    renameSync(packaged, join(dir, 'gone'));
    expect(readFileSync(join(dir, 'copy/lib/libicu.so.60'), 'utf8')).toBe('code');
  });
});
