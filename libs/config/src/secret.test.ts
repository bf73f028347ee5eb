import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readOptionalSecret, readSecret } from './secret.ts';

const dir = mkdtempSync(join(tmpdir(), 'edgeway-secret-'));
afterAll(() => rmSync(dir, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

describe('readSecret', () => {
  it('prefers the file and trims the newline editors add', () => {
    expect(readSecret({ KEY: 'env', KEY_FILE: file('a', 'from-file\n') }, 'KEY')).toBe('from-file');
    expect(readSecret({ KEY: 'env' }, 'KEY')).toBe('env');
  });

  it('never falls back silently: a missing, empty or unreadable secret is a fault', () => {
    expect(() => readSecret({}, 'KEY')).toThrow(/KEY_FILE.*required/);
    expect(() => readSecret({ KEY_FILE: file('b', ' \n') }, 'KEY')).toThrow(/is empty/);
    expect(() => readSecret({ KEY: 'env', KEY_FILE: join(dir, 'none') }, 'KEY')).toThrow(/cannot be read/);
  });

  it('may be absent where it is optional', () => {
    expect(readOptionalSecret({}, 'KEY')).toBeUndefined();
    expect(readOptionalSecret({ KEY: '' }, 'KEY')).toBeUndefined();
  });
});
