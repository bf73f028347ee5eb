import type { Fault } from './fault.ts';

const name = 'HTTP/';

/**
 * The protocol version at `at`: eight bytes, as many of them as have come.
 *
 * @returns `more` while it may still become one.
 */
export function parseVersion(
  bytes: Uint8Array,
  at: number,
  end: number,
): '1.1' | '1.0' | 'more' | Extract<Fault, 'version-malformed' | 'version-unsupported'> {
  const length = Math.min(end - at, 8);
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i]!;
    const fits = i < 5 ? byte === name.charCodeAt(i) : i === 6 ? byte === 0x2e : byte >= 0x30 && byte <= 0x39;
    if (!fits) return 'version-malformed';
  }
  if (length < 8) return 'more';
  if (bytes[at + 5] !== 0x31) return 'version-unsupported';
  return bytes[at + 7] === 0x31 ? '1.1' : bytes[at + 7] === 0x30 ? '1.0' : 'version-unsupported';
}
