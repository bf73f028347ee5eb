import { describe, expect, it } from 'vitest';
import { forwardedElement } from './forwarding.ts';

describe('forwardedElement', () => {
  it.each([
    ['203.0.113.7', 'shop.example', 'http', 'for=203.0.113.7;host=shop.example;proto=http'],
    ['2001:db8::7', 'shop.example', 'https', 'for="[2001:db8::7]";host=shop.example;proto=https'],
    ['203.0.113.7', 'shop.example:8080', 'http', 'for=203.0.113.7;host="shop.example:8080";proto=http'],
    ['203.0.113.7', '[::1]:80', 'http', 'for=203.0.113.7;host="[::1]:80";proto=http'],
    ['203.0.113.7', undefined, 'http', 'for=203.0.113.7;proto=http'],
  ])('writes %s, %s, %s as RFC 7239 has it', (peer, host, proto, element) => {
    expect(forwardedElement(peer, host, proto)).toBe(element);
  });
});
