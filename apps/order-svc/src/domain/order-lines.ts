import type { Money, OrderLine, PlaceOrder, Product } from '@edgeway/contracts';

export interface Wanted {
  readonly productId: string;
  readonly quantity: number;
}

/**
 * One line a product, in the order of product ids. Two lines of one product are one wish; and since
 * every order touches products in the same order, no two orders can wait for each other.
 */
export function mergeLines({ lines }: PlaceOrder): Wanted[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    const id = productId.toLowerCase();
    quantities.set(id, (quantities.get(id) ?? 0) + quantity);
  }
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .toSorted((a, b) => (a.productId < b.productId ? -1 : 1));
}

/** The line as it is bought now. */
export function lineOf({ id, name, price }: Pick<Product, 'id' | 'name' | 'price'>, quantity: number): OrderLine {
  return { productId: id, name, quantity, unitPrice: price };
}

/** The sum in minor units. The catalogue has one currency, so an order has one. */
export function totalOf(lines: readonly OrderLine[]): Money {
  const amount = lines.reduce((sum, { unitPrice, quantity }) => sum + unitPrice.amount * quantity, 0);
  return { amount, currency: lines[0]?.unitPrice.currency ?? 'EUR' };
}
