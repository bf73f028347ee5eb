import { BlockList, isIP, isIPv4 } from 'node:net';
import { unmapped } from './ip-bytes.ts';

/**
 * Who may say whose connection it relays.
 *
 * @param networks addresses or CIDR blocks: `10.0.0.0/8`, `::1`.
 * @returns whether an address, as a socket gives it, is in one of them. IPv4 is recognised in its
 *   IPv6 form (`::ffff:10.0.0.1`), which is how a socket that takes both families writes it.
 * @throws RangeError when one is neither.
 */
export function trustedPeers(networks: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix, ...rest] = network.split('/');
    const bits = isIPv4(address) ? 32 : 128;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
    if (isIP(address) === 0 || address.includes('%') || rest.length > 0 || length > bits)
      throw new RangeError(`"${network}" is neither an IP address nor a CIDR block`);
    list.addSubnet(address, length, bits === 32 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const host = unmapped(address?.replace(/%.*/, '') ?? '');
    return isIP(host) !== 0 && list.check(host, isIPv4(host) ? 'ipv4' : 'ipv6');
  };
}
