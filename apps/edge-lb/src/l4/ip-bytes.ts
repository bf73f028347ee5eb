import { isIPv4, SocketAddress } from 'node:net';

/** The four bytes of an IPv4 address in text. */
export const ipv4Bytes = (text: string): Uint8Array => Uint8Array.from(text.split('.').map(Number));

export const ipv4Text = (bytes: Uint8Array): string => bytes.join('.');

/** The 16 bytes of an IPv6 address in text, which has no zone. */
export function ipv6Bytes(text: string): Uint8Array {
  const [front = '', back] = text.split('::');
  const [before, after] = [bytesOf(front), bytesOf(back ?? '')];
  const bytes = new Uint8Array(16);
  bytes.set(before);
  bytes.set(after, 16 - after.length);
  return bytes;
}

/** The canonical text (RFC 5952) of 16 bytes. */
export function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16));
  return new SocketAddress({ family: 'ipv6', address: groups.join(':') }).address;
}

/** An IPv4 address as a socket that takes both families gives it (`::ffff:127.0.0.1`), as what it is. */
export function unmapped(host: string): string {
  const inner = host.startsWith('::ffff:') ? host.slice(7) : '';
  return isIPv4(inner) ? inner : host;
}

const bytesOf = (groups: string): number[] =>
  groups
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => {
      if (group.includes('.')) return [...ipv4Bytes(group)];
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
