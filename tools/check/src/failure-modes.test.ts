import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { catalogue } from '@edgeway/errors';
import { describe, expect, it } from 'vitest';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/reference/failure-modes.md'), 'utf8');

describe('docs/reference/failure-modes.md', () => {
  it('has a line for every code, with its status, and for no other', () => {
    const listed = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => `${code} ${status}`);
    const known = Object.entries(catalogue).map(([code, { status }]) => `${code} ${status}`);
    expect(listed.toSorted()).toEqual(known.toSorted());
  });
});
