import type { Order, Product } from '@edgeway/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeHome } from './compose-home.ts';

const id = (n: number): string => `5eed0000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const price = { amount: 100, currency: 'EUR' };
const product = (n: number, stock = 1): Product => ({ id: id(n), sku: `S-${n}`, name: `Product ${n}`, price, stock });
const order = (status: Order['status'], ...bought: number[]): Order => ({
  id: id(900),
  status,
  lines: bought.map((n) => ({ productId: id(n), name: `Product ${n}`, quantity: 2, unitPrice: price })),
  total: price,
  createdAt: '2026-01-01T00:00:00.000Z',
});
const user = { id: id(1), email: 'ada@example.com', displayName: 'Ada' };
const recommended = (orders: Order[], products: Product[]) =>
  composeHome({ user, orders, products })!.recommendations.map((each) => each.id);

describe('composeHome', () => {
  it('is complete only with every part, marks what is partial, and is nothing without any', () => {
    const maybe = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined });
    fc.assert(
      fc.property(maybe(user), maybe([order('placed', 1)]), maybe([product(2)]), (...[who, orders, products]) => {
        const home = composeHome({ user: who, orders, products });
        const present = [who, orders, products].filter((part) => part !== undefined).length;
        expect(home?.complete).toBe(present === 0 ? undefined : present === 3);
      }),
    );
  });

  it('greets by name when it knows one', () => {
    expect(composeHome({ user, orders: [], products: [] })?.greeting).toBe('Hello, Ada');
    expect(composeHome({ user: undefined, orders: [], products: [] })?.greeting).toBe('Hello');
  });

  it('shows the three newest orders, each with its number of pieces', () => {
    const orders = [order('placed', 1, 2), order('cancelled', 1), order('placed', 3), order('placed', 4)];
    expect(composeHome({ user, orders, products: [] })?.recentOrders.map(({ itemCount }) => itemCount)).toEqual([
      4, 2, 2,
    ]);
  });

  it('recommends at most four products, none sold out or bought lately', () => {
    const products = [product(1), product(2, 0), product(3), product(4), product(5), product(6), product(7)];
    expect(recommended([order('placed', 3)], products)).toEqual([1, 4, 5, 6].map(id));
  });

  it('recommends again what was sent back', () => {
    expect(recommended([order('cancelled', 3)], [product(3)])).toEqual([id(3)]);
  });
});
