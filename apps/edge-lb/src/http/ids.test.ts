import { describe, expect, it } from 'vitest';
import { isTraceparent, newRequestId, newTraceparent } from './ids.ts';

describe('newRequestId', () => {
  it('is a UUID of version 4, and never the same twice', () => {
    const ids = Array.from({ length: 2000 }, newRequestId);
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('traceparent', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';

  it.each([
    [`00-${trace}-b7ad6b7169203331-01`, true],
    [`cc-${trace}-b7ad6b7169203331-01-later-version`, true],
    [`00-${trace}-b7ad6b7169203331-01-more`, false],
    [`ff-${trace}-b7ad6b7169203331-01`, false],
    [`00-${trace.toUpperCase()}-b7ad6b7169203331-01`, false],
    [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`, false],
    [`00-${trace}-${'0'.repeat(16)}-01`, false],
    [`00-${trace}-b7ad-01`, false],
    ['', false],
  ])('%s may be continued: %s', (value, may) => expect(isTraceparent(value)).toBe(may));

  it('is begun with the request’s id where that is a UUID', () => {
    const id = newRequestId();
    expect(newTraceparent(id)).toMatch(new RegExp(`^00-${id.replaceAll('-', '')}-[\\da-f]{16}-00$`));
  });

  it('is begun whatever the request’s id is', () => {
    for (const id of ['chosen-by-a-proxy', 'X'.repeat(36), '00000000-0000-0000-0000-000000000000'])
      expect(isTraceparent(newTraceparent(id))).toBe(true);
  });
});
