/** A view of received bytes that can also be read as text, one character a byte: Node's Buffer is one. */
export interface Bytes extends Uint8Array {
  toString(encoding?: 'latin1', start?: number, end?: number): string;
}

export const cr = 0x0d;
export const lf = 0x0a;
export const space = 0x20;
export const tab = 0x09;
export const colon = 0x3a;
export const slash = 0x2f;

const table = (accept: (byte: number) => boolean, value: (byte: number) => number = () => 1): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => (accept(byte) ? value(byte) : 0));
const among = (characters: string) => (byte: number) => characters.includes(String.fromCharCode(byte));
const isAlphanumeric = (byte: number): boolean => /[A-Za-z0-9]/.test(String.fromCharCode(byte));
const isTchar = (byte: number): boolean => isAlphanumeric(byte) || among("!#$%&'*+-.^_`|~")(byte);

/** tchar (RFC 9110, 5.6.2) to its lower case; anything else to 0. */
export const token = table(isTchar, (byte) => String.fromCharCode(byte).toLowerCase().charCodeAt(0));

/** What a field value may hold: visible characters, blanks and obs-text; no controls (RFC 9110, 5.5). */
export const fieldText = table((byte) => byte === tab || (byte >= 0x20 && byte !== 0x7f));

/** What a request target may hold: visible ASCII, without the fragment that is never sent (RFC 9112, 3.2). */
export const targetText = table((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x23);

/** What stands in an authority: reg-name, address literals and a port; no user information (RFC 9110, 4.2.4). */
export const hostText = table((byte) => isAlphanumeric(byte) || among("-._~%!$&'()*+;=:[]")(byte));

/** Hexadecimal digit to its value plus one; anything else to 0. */
export const hexDigit = table(
  (byte) => /[0-9A-Fa-f]/.test(String.fromCharCode(byte)),
  (byte) => Number.parseInt(String.fromCharCode(byte), 16) + 1,
);

/** The members of a list, without the blanks around them: space and tab, and not all that `trim` takes away (RFC 9110, 5.6.1). */
export const listMembers = (list: string): string[] =>
  list.split(',').map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''));

/** Whether the bytes spell `word`, which is in lower case, in any case. */
export function spells(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (token[bytes[start + i]!] !== word.charCodeAt(i)) return false;
  return true;
}
