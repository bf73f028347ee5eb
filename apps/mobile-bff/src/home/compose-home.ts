import type { Home, Order, Product, User } from '@edgeway/contracts';

/** What the services said; `undefined` where one did not answer. */
export interface HomeParts {
  readonly user: User | undefined;
  /** Newest first. */
  readonly orders: readonly Order[] | undefined;
  readonly products: readonly Product[] | undefined;
}

/** What fits on a phone without scrolling. */
const ordersShown = 3;
const productsShown = 4;

/** The first screen from whatever is at hand; `undefined` when there is nothing at all. */
export function composeHome({ user, orders, products }: HomeParts): Home | undefined {
  const parts = [user, orders, products];
  if (parts.every((part) => part === undefined)) return undefined;
  return {
    greeting: user === undefined ? 'Hello' : `Hello, ${user.displayName}`,
    recentOrders: (orders ?? []).slice(0, ordersShown).map(orderCard),
    recommendations: recommend(products ?? [], orders ?? []),
    complete: parts.every((part) => part !== undefined),
  };
}

/** Pieces, not lines: "3 items" is what the buyer counts. */
function orderCard({ id, status, total, lines }: Order): Home['recentOrders'][number] {
  return { id, status, total, itemCount: lines.reduce((sum, { quantity }) => sum + quantity, 0) };
}

/** What can be bought and was not bought lately. A cancelled order was no purchase. */
function recommend(products: readonly Product[], orders: readonly Order[]): Home['recommendations'] {
  const kept = orders.filter(({ status }) => status === 'placed');
  const bought = new Set(kept.flatMap(({ lines }) => lines.map(({ productId }) => productId)));
  return products
    .filter(({ id, stock }) => stock > 0 && !bought.has(id))
    .slice(0, productsShown)
    .map(({ id, name, price }) => ({ id, name, price }));
}
