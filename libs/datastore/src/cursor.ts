import { CodedError } from '@edgeway/errors';
import { z } from 'zod';

/** Where a page ended: the sort key as the database prints it, and the id that breaks ties. */
const Position = z.tuple([z.string().max(64).regex(/^[\d :.+-]+$/), z.uuid()]);

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
