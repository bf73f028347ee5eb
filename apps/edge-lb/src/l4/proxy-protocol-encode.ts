import { isIPv4 } from 'node:net';
import type { Address } from '@edgeway/discovery';
import { ipv4Bytes, ipv6Bytes, ipv6Text, unmapped } from './ip-bytes.ts';
import { binarySignature } from './proxy-protocol.ts';

export type ProxyVersion = 1 | 2;

/** Both ends of the client's connection, by IP address. */
export interface Connection {
  readonly source: Address;
  readonly destination: Address;
}

/**
 * The PROXY protocol header that tells an endpoint whose connection it is given.
 *
 * @param connection `undefined` when it is the balancer's own, such as a health check.
 */
export const proxyHeader = (version: ProxyVersion, connection: Connection | undefined): Buffer =>
  version === 1 ? textHeader(connection) : binaryHeader(connection);

function textHeader(connection: Connection | undefined): Buffer {
  if (connection === undefined) return Buffer.from('PROXY UNKNOWN\r\n', 'latin1');
  const { source, destination, isV4 } = oneFamily(connection);
  const hosts = `${source.host} ${destination.host}`;
  return Buffer.from(`PROXY TCP${isV4 ? 4 : 6} ${hosts} ${source.port} ${destination.port}\r\n`, 'latin1');
}

function binaryHeader(connection: Connection | undefined): Buffer {
  if (connection === undefined) return Buffer.concat([binarySignature, Uint8Array.of(0x20, 0, 0, 0)]);
  const { source, destination, isV4 } = oneFamily(connection);
  const bytesOf = isV4 ? ipv4Bytes : ipv6Bytes;
  const fixed = Uint8Array.of(0x21, isV4 ? 0x11 : 0x21, 0, isV4 ? 12 : 36);
  const ports = Buffer.allocUnsafe(4);
  ports.writeUInt16BE(source.port, 0);
  ports.writeUInt16BE(destination.port, 2);
  return Buffer.concat([binarySignature, fixed, bytesOf(source.host), bytesOf(destination.host), ports]);
}

/** A header has one family: IPv4 when both are, however a socket writes it; else both as IPv6. */
function oneFamily({ source, destination }: Connection): Connection & { readonly isV4: boolean } {
  const ends = [source, destination].map(({ host, port }) => ({ host: withoutZone(unmapped(host)), port }));
  const isV4 = ends.every(({ host }) => isIPv4(host));
  const [from, to] = isV4 ? ends : ends.map(({ host, port }) => ({ host: asIPv6(host), port }));
  return { source: from!, destination: to!, isV4 };
}

const withoutZone = (host: string): string => host.replace(/%.*/, '');
const asIPv6 = (host: string): string => ipv6Text(ipv6Bytes(isIPv4(host) ? `::ffff:${host}` : host));
