import { describe, expect, it } from 'vitest';
import { LoginRequest, RegisterRequest } from './auth.ts';
import { IdempotencyKey, PlaceOrder } from './orders.ts';
import { ListQuery } from './pagination.ts';
import { UpdateUser } from './users.ts';

const accepts = (schema: { safeParse: (value: unknown) => { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;
const productId = '0192f0c1-0000-4000-8000-000000000001';

describe('RegisterRequest', () => {
  const good = { email: ' Ada@Example.com ', password: 'correct horse', displayName: 'Ada' };

  it('normalises the address, so that one person has one account', () => {
    expect(RegisterRequest.parse(good).email).toBe('ada@example.com');
  });

  it.each([
    { ...good, email: 'ada' },
    { ...good, email: `${'a'.repeat(250)}@example.com` },
    { ...good, password: 'short' },
    { ...good, password: 'x'.repeat(129) },
    { ...good, displayName: '  ' },
    { ...good, displayName: 'A\u0000da' },
    { ...good, role: 'admin' },
    {},
  ])('refuses %j', (body) => {
    expect(accepts(RegisterRequest, body)).toBe(false);
  });
});

describe('LoginRequest', () => {
  it('does not tell which passwords could exist', () => {
    expect(accepts(LoginRequest, { email: 'ada@example.com', password: 'x' })).toBe(true);
  });
});

describe('PlaceOrder', () => {
  it.each([
    [[{ productId, quantity: 1 }], true],
    [[], false],
    [[{ productId, quantity: 0 }], false],
    [[{ productId, quantity: 1.5 }], false],
    [[{ productId, quantity: 101 }], false],
    [[{ productId: 'x', quantity: 1 }], false],
    [[{ productId, quantity: 1, price: 1 }], false],
    [Array.from({ length: 51 }, () => ({ productId, quantity: 1 })), false],
  ])('lines %j: %s', (lines, accepted) => {
    expect(accepts(PlaceOrder, { lines })).toBe(accepted);
  });
});

describe('the small ones', () => {
  it('bound keys, pages and changes', () => {
    expect(accepts(IdempotencyKey, 'a b')).toBe(false);
    expect(accepts(IdempotencyKey, 'x'.repeat(256))).toBe(false);
    expect(accepts(IdempotencyKey, 'order-1')).toBe(true);
    expect(ListQuery.parse({})).toEqual({ limit: 20 });
    expect(accepts(ListQuery, { limit: '101' })).toBe(false);
    expect(accepts(UpdateUser, {})).toBe(false);
  });
});
