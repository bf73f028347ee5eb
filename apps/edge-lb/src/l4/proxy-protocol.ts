import { isIPv4, isIPv6 } from 'node:net';
import type { Address } from '@edgeway/discovery';
import { ipv4Text, ipv6Text } from './ip-bytes.ts';

/** What is wrong with a header. */
export type ProxyFault =
  | 'signature-missing'
  | 'line-invalid'
  | 'version-unsupported'
  | 'command-unknown'
  | 'family-unknown'
  | 'address-invalid'
  | 'too-long';

/** Whose connection this is, when it is not the socket's. */
export interface Ends {
  readonly source?: Address;
  readonly destination?: Address;
}

/** A whole header. Without a source the socket's own addresses hold. */
export interface ProxyHeader extends Ends {
  /** Its bytes; what follows is the connection's. */
  readonly length: number;
  /** LOCAL: the proxy speaks for itself, as in a health check. */
  readonly command: 'PROXY' | 'LOCAL';
}

export type ProxyHeaderProgress = { readonly need: 'more' } | { readonly fault: ProxyFault } | ProxyHeader;

/** The longest line of version 1, with its end (spec, 2.1). */
const maxLine = 107;
const fixedPart = 16;
/** Of version 2 behind the fixed part: HAProxy sends less, and one client must not make us keep 64 KiB. */
const maxRest = 520;
export const maxProxyHeader = fixedPart + maxRest;

export const textSignature = Buffer.from('PROXY ', 'latin1');
export const binarySignature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

const more = { need: 'more' } as const;
const fault = (kind: ProxyFault) => ({ fault: kind });

/**
 * Reads the PROXY protocol header, of either version, that a proxy in front puts before a connection's bytes.
 *
 * To be called only for peers that are trusted and known to send it: a header that is guessed lets
 * any client choose its address. TLVs are skipped, and the checksum among them is not checked.
 * Source: HAProxy, proxy-protocol.txt.
 *
 * @param bytes all that has come so far; call again with more when it says so. At most
 *   {@link maxProxyHeader} are needed for an answer.
 */
export function parseProxyHeader(bytes: Buffer): ProxyHeaderProgress {
  if (bytes.length === 0) return more;
  const signature = bytes[0] === binarySignature[0] ? binarySignature : textSignature;
  const known = Math.min(bytes.length, signature.length);
  if (signature.compare(bytes, 0, known, 0, known) !== 0) return fault('signature-missing');
  if (known < signature.length) return more;
  return signature === textSignature ? parseLine(bytes) : parseBinary(bytes);
}

/** `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443` CR LF */
function parseLine(bytes: Buffer): ProxyHeaderProgress {
  let end = textSignature.length;
  while (end < bytes.length && bytes[end]! >= 0x20 && bytes[end]! < 0x7f) end++;
  if (end > maxLine - 2) return fault('too-long');
  if (end === bytes.length) return more;
  if (bytes[end] !== 0x0d) return fault('line-invalid');
  if (end + 1 === bytes.length) return more;
  if (bytes[end + 1] !== 0x0a) return fault('line-invalid');
  const length = end + 2;
  const line = bytes.toString('latin1', textSignature.length, end);
  // What follows UNKNOWN is to be ignored (spec, 2.1).
  if (/^UNKNOWN(?: |$)/.test(line)) return { length, command: 'PROXY' };
  const [, family, from, to, fromPort, toPort] = /^TCP([46]) (\S+) (\S+) (\d+) (\d+)$/.exec(line) ?? [];
  if (family === undefined) return fault('line-invalid');
  const isHost = family === '4' ? isIPv4 : (text: string) => isIPv6(text) && !text.includes('%');
  if (!isHost(from!) || !isHost(to!) || !isPort(fromPort!) || !isPort(toPort!)) return fault('address-invalid');
  const source = { host: from!, port: Number(fromPort) };
  return { length, command: 'PROXY', source, destination: { host: to!, port: Number(toPort) } };
}

const isPort = (text: string): boolean => /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;

/** Signature, version and command, family and transport, length of the rest; addresses; TLVs. */
function parseBinary(bytes: Buffer): ProxyHeaderProgress {
  if (bytes.length < fixedPart) return more;
  const rest = bytes.readUInt16BE(14);
  const [version, command] = [bytes[12]! >> 4, bytes[12]! & 0xf];
  const [family, transport] = [bytes[13]! >> 4, bytes[13]! & 0xf];
  if (version !== 2) return fault('version-unsupported');
  if (command > 1) return fault('command-unknown');
  if (rest > maxRest) return fault('too-long');
  const length = fixedPart + rest;
  // Of LOCAL, the family and all behind it are to be ignored (spec, 2.2).
  if (command === 0) return bytes.length < length ? more : { length, command: 'LOCAL' };
  const sizes = addressSizes[family];
  if (sizes === undefined || transport > 2) return fault('family-unknown');
  if (rest < 2 * (sizes.host + sizes.port)) return fault('address-invalid');
  if (bytes.length < length) return more;
  // Family or transport unspecified, or two UNIX sockets: nothing an IP connection could be known by.
  const { text } = sizes;
  if (transport === 0 || text === undefined) return { length, command: 'PROXY' };
  const ports = fixedPart + 2 * sizes.host;
  const end = (i: number): Address => ({
    host: text(bytes.subarray(fixedPart + i * sizes.host, fixedPart + (i + 1) * sizes.host)),
    port: bytes.readUInt16BE(ports + 2 * i),
  });
  return { length, command: 'PROXY', source: end(0), destination: end(1) };
}

interface AddressSize {
  readonly host: number;
  readonly port: number;
  readonly text?: (bytes: Uint8Array) => string;
}

/** By family: unspecified, IPv4, IPv6, UNIX. */
const addressSizes: readonly AddressSize[] = [
  { host: 0, port: 0 },
  { host: 4, port: 2, text: ipv4Text },
  { host: 16, port: 2, text: ipv6Text },
  { host: 108, port: 0 },
];
