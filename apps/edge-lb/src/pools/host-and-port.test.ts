import { describe, expect, it } from 'vitest';
import { addressOf, hostAndPort, hostAndPortPattern } from './host-and-port.ts';

describe('hostAndPort', () => {
  it.each([
    ['127.0.0.1:80', '127.0.0.1', 80],
    ['order-svc:3000', 'order-svc', 3000],
    ['[::1]:8080', '::1', 8080],
  ])('splits %s, and addressOf joins it again', (address, host, port) => {
    expect(hostAndPort(address)).toEqual([host, port]);
    expect(addressOf({ host, port })).toBe(address);
    expect(address).toMatch(hostAndPortPattern);
  });

  it.each(['', 'a', ':80', 'a:', 'a:b', '::1:80', 'a b:80', 'a:123456'])('%j is not one', (text) => {
    expect(text).not.toMatch(hostAndPortPattern);
  });
});
