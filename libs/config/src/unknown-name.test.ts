import { describe, expect, it } from 'vitest';
import { unknownName } from './unknown-name.ts';

describe('unknownName', () => {
  it('offers the nearest name, or all when none is near', () => {
    const known = ['user-svc', 'order-svc'];
    expect(unknownName('service', 'orders-svc', known)).toBe(
      'unknown service "orders-svc" (did you mean "order-svc"?)',
    );
    expect(unknownName('service', 'billing', known)).toBe('unknown service "billing" (known: user-svc, order-svc)');
    expect(unknownName('pool', 'x', [])).toBe('unknown pool "x" (known: none)');
  });
});
