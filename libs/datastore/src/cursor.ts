import { CodedError } from '@edgeway/errors';
import { z } from 'zod';

/** PostgreSQL's text of a timestamp; the offset is the server's business. */
const timestamp = /^(?!0000)(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?([+-]\d\d(:[0-5]\d)?)?$/;
const Position = z.tuple([z.string().regex(timestamp).refine(exists), z.uuid()]);

/** Where a page ended: the sort key as the database prints it, and the id that breaks ties. */
export interface CursorPosition {
  readonly position: string;
  readonly id: string;
}

/** An opaque cursor for keyset pages: unlike an offset it neither skips nor repeats rows while others come and go. */
export function encodeCursor({ position, id }: CursorPosition): string {
  return Buffer.from(JSON.stringify([position, id])).toString('base64url');
}

/** @throws CodedError CURSOR_INVALID when the cursor is not one of ours. */
export function decodeCursor(cursor: string): CursorPosition {
  try {
    const [position, id] = Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { position, id };
  } catch (cause) {
    throw new CodedError('CURSOR_INVALID', { cause });
  }
}

/** The database would fail on the 30th of February; a forged cursor is the client's fault, not ours. */
function exists(text: string): boolean {
  const [, day, time, , offset = '+00'] = timestamp.exec(text) ?? [];
  const utc = new Date(`${day}T${time}Z`);
  const real = !Number.isNaN(utc.valueOf()) && utc.toISOString().startsWith(`${day}T${time}`);
  return real && Math.abs(Number.parseInt(offset)) < 15;
}
