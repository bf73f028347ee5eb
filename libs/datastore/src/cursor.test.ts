import { isCoded } from '@edgeway/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const id = '5eed0000-0000-4000-8000-000000000001';
const forged = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
const refused = (cursor: string): boolean => {
  try {
    decodeCursor(cursor);
    return false;
  } catch (error) {
    return isCoded(error, 'CURSOR_INVALID');
  }
};

describe('a cursor', () => {
  it.each([
    '2026-11-24 09:19:22.123456+00',
    '2026-11-24 09:19:22+05:30',
    '2024-02-29 00:00:00-08',
    '0001-01-01 00:00:00',
  ])('comes back as the position it was made of: %s', (position) => {
    expect(decodeCursor(encodeCursor({ position, id }))).toEqual({ position, id });
  });

  it.each([
    ['a day that does not exist', forged('2026-02-30 00:00:00+00', id)],
    ['an hour that does not exist', forged('2026-02-03 25:00:00+00', id)],
    ['an offset that does not exist', forged('2026-02-03 05:00:00+99', id)],
    ['the year zero', forged('0000-01-01 00:00:00', id)],
    ['words PostgreSQL knows', forged('infinity', id)],
    ['SQL', forged("2026-02-03 05:00:00'; drop table users; --", id)],
    ['no id', forged('2026-02-03 05:00:00+00', 'x')],
    ['too many parts', forged('2026-02-03 05:00:00+00', id, id)],
    ['an object', Buffer.from('{}').toString('base64url')],
    ['nothing', ''],
  ])('with %s is refused', (_what, cursor) => {
    expect(refused(cursor)).toBe(true);
  });

  it('of noise is refused, never a crash', () => {
    fc.assert(fc.property(fc.string({ maxLength: 256 }), (cursor) => refused(cursor)));
  });
});
