import { describe, expect, it } from 'vitest';
import { trustedPeers } from './trusted-peers.ts';

describe('trustedPeers', () => {
  it.each([
    [['10.0.0.0/8'], '10.255.0.1', true],
    [['10.0.0.0/8'], '11.0.0.1', false],
    [['10.0.0.0/8'], '::ffff:10.0.0.1', true],
    [['10.0.0.0/8'], '::ffff:11.0.0.1', false],
    [['10.0.0.1'], '10.0.0.1', true],
    [['10.0.0.1'], '10.0.0.2', false],
    [['0.0.0.0/0'], '10.0.0.1', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['fe80::/10'], 'fe80::1%eth0', true],
    [['10.0.0.0/8', '::1'], '::1', true],
    [['10.0.0.0/8'], undefined, false],
    [['10.0.0.0/8'], '', false],
    [[], '10.0.0.1', false],
  ])('%j and %s: %s', (networks, address, trusted) => {
    expect(trustedPeers(networks)(address)).toBe(trusted);
  });

  it.each(['', 'a', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129', '10.0.0', 'fe80::1%eth0'])(
    'refuses %j',
    (network) => {
      expect(() => trustedPeers([network])).toThrow(RangeError);
    },
  );
});
