import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Client } from '../client/client.ts';
import type { Customer } from '../client/customer.ts';
import type { Order, Page, Product } from '../client/shapes.ts';
import type { LoadReport } from './load.ts';

export async function stockOf(client: Client, productId: string): Promise<number> {
  return (await client<Product>(`GET /api/v1/products/${productId}`)).body.stock;
}

/** Expects that exactly the acknowledged orders exist, and that the stock fell by what they hold. */
export async function expectBooksToBalance(
  client: Client,
  { placed }: LoadReport,
  stock: { readonly productId: string; readonly before: number },
): Promise<void> {
  let pieces = 0;
  for (const [customer, orders] of placed) {
    const listed = await allOrders(client, customer);
    expect(listed.map(({ id }) => id).toSorted()).toEqual(orders.map(({ id }) => id).toSorted());
    pieces += orders.length;
  }
  expect(pieces).toBeGreaterThan(0);
  // The catalogue may be served from a cache for some seconds.
  const deadline = Date.now() + 40_000;
  while ((await stockOf(client, stock.productId)) !== stock.before - pieces && Date.now() < deadline) await wait(500);
  expect(await stockOf(client, stock.productId)).toBe(stock.before - pieces);
}

async function allOrders(client: Client, { tokens }: Customer): Promise<Order[]> {
  const orders: Order[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const target: string = `GET /api/v1/orders?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body }: { body: Page<Order> } = await client<Page<Order>>(target, { token: tokens.accessToken });
    orders.push(...body.items);
    cursor = body.nextCursor;
  }
  return orders;
}
