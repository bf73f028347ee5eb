import { Order, pageOf, Product, User, type Home } from '@edgeway/contracts';
import { CodedError } from '@edgeway/errors';
import { withDeadline } from '@edgeway/resilience';
import { composeHome } from './compose-home.ts';
import { read, type Asked, type Service } from './service.ts';

export interface HomeSources {
  readonly users: Service;
  readonly orders: Service;
  /** Each part has this long; a screen with a gap beats a spinner. Milliseconds. */
  readonly deadlineMs: number;
  /** Told of each part that is missing from the answer. */
  readonly onMissing: (part: 'user' | 'orders' | 'products', error: unknown) => void;
}

/** More than is shown, so that what was bought some orders ago is not recommended. */
const ordersPath = '/api/v1/orders?limit=10';
const productsPath = '/api/v1/products?limit=20';

/**
 * Asks for all parts at once and makes do with those that answer in time.
 *
 * @throws CodedError UPSTREAM_UNAVAILABLE when none does.
 */
export async function loadHome(sources: HomeSources, asking: Omit<Asked, 'path'>): Promise<Home> {
  const { users, orders, deadlineMs, onMissing } = sources;
  const part = <T>(name: Parameters<typeof onMissing>[0], work: (signal: AbortSignal) => Promise<T>) =>
    withDeadline(deadlineMs, asking.signal, work).catch((error: unknown) => {
      onMissing(name, error);
      return undefined;
    });
  const { headers } = asking;
  const [user, ownOrders, products] = await Promise.all([
    part('user', (signal) => read(users, User, { path: '/api/v1/users/me', headers, signal })),
    part('orders', (signal) => read(orders, pageOf(Order), { path: ordersPath, headers, signal })),
    part('products', (signal) => read(orders, pageOf(Product), { path: productsPath, headers, signal })),
  ]);
  const home = composeHome({ user, orders: ownOrders?.items, products: products?.items });
  if (home === undefined) throw new CodedError('UPSTREAM_UNAVAILABLE', { detail: 'No part of the screen answered.' });
  return home;
}
