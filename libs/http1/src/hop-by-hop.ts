import { listMembers } from './bytes.ts';
import { idOf, known, type KnownField } from './known-fields.ts';

/**
 * Fields of one connection (RFC 9110, 7.6.1), and credentials between a client and its proxy (11.7).
 * Transfer-Encoding is one too: whoever makes its own framing drops it, who relays the framing keeps it.
 */
export const hopByHopFields: readonly KnownField[] = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'proxy-authentication-info',
  'te',
  'upgrade',
];

/** What Connection may not name: without it the message would go or end elsewhere. */
const unnameable = new Set(['host', 'content-length', 'transfer-encoding']);

/** The fields that a Connection value takes out of a message, in lower case. */
export function nominatedBy(connection: string | undefined): string[] {
  const names = connection === undefined ? [] : listMembers(connection.toLowerCase());
  return names.filter((name) => name !== '' && !unnameable.has(name));
}

/** A table over known fields, 1 for these. */
export function dropTable(...names: readonly KnownField[]): Uint8Array {
  const table = new Uint8Array(known.length);
  for (const name of names) table[idOf(name)] = 1;
  return table;
}
