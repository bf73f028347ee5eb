import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretDirectory } from './secret-directory.ts';

let parent: string;
let path: string;
let written: string[];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'secrets-'));
  path = join(parent, 'reader');
  written = [];
});
afterEach(() => rmSync(parent, { recursive: true }));

const open = (fileMode = 0o600) => secretDirectory(path, { fileMode, onWrite: (file) => written.push(file) });
const text = (name: string) => readFileSync(join(path, name), 'utf8');
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('a secret made once', () => {
  it('is kept by every later run', async () => {
    expect(await open().once('password', () => 'first')).toBe('first');
    expect(await open().once('password', () => 'second')).toBe('first');
    expect(text('password')).toBe('first');
    expect(written).toEqual([join(path, 'password')]);
  });

  it('is the same for runs at the same time', async () => {
    const runs = Array.from({ length: 20 }, (_, run) => open().once('password', async () => `made by ${run}`));
    const answers = new Set(await Promise.all(runs));
    expect([...answers]).toEqual([text('password')]);
    expect(readdirSync(path)).toEqual(['password']);
  });

  it('is made anew when a crash left it empty', async () => {
    const directory = open();
    writeFileSync(join(path, 'password'), '\n');
    expect(await directory.once('password', () => 'whole')).toBe('whole');
  });

  it('leaves nothing behind when making it fails', async () => {
    await expect(
      open().once('password', () => {
        throw new Error('no entropy');
      }),
    ).rejects.toThrow('no entropy');
    expect(readdirSync(path)).toEqual([]);
  });
});

describe('a derived file', () => {
  it('follows its source, and is not touched while it is the same', () => {
    open().derive('redis.conf', 'one\n');
    open().derive('redis.conf', 'one\n');
    open().derive('redis.conf', 'two\n');
    expect(text('redis.conf')).toBe('two\n');
    expect(written).toHaveLength(2);
    expect(readdirSync(path)).toEqual(['redis.conf']);
  });
});

describe('modes', () => {
  it.each([
    [0o600, '600', '700'],
    [0o440, '440', '750'],
    [0o444, '444', '755'],
  ])('%o: whoever may read the files may enter the directory, whatever the umask', async (mode, file, directory) => {
    const before = process.umask(0o027);
    try {
      await open(mode).once('password', () => 'x');
    } finally {
      process.umask(before);
    }
    expect([modeOf(join(path, 'password')), modeOf(path)]).toEqual([file, directory]);
  });

  it('leaves the mode of a directory that was there to its owner', async () => {
    open();
    chmodSync(path, 0o711);
    await open(0o444).once('password', () => 'x');
    expect(modeOf(path)).toBe('711');
  });
});
