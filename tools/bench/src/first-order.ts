import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

const Token = z.object({ accessToken: z.string() });
const Products = z.object({ items: z.array(z.object({ id: z.string() })).min(1) });

/** Tries, as a new customer would, until an order has been placed through the front door. @returns when that was. */
export async function firstOrder(url: string, alive: () => boolean): Promise<number> {
  const account = { email: `bench-${randomUUID()}@example.com`, password: randomUUID() };
  let registered = false;
  while (alive()) {
    try {
      registered ||= [201, 409].includes(
        (await post(url, '/api/v1/auth/register', { ...account, displayName: 'Bench' })).status,
      );
      const login = await post(url, '/api/v1/auth/login', account);
      const { accessToken } = Token.parse(await login.json());
      const products = Products.parse(await (await fetch(`${url}/api/v1/products?limit=1`)).json());
      const body = { lines: [{ productId: products.items[0]!.id, quantity: 1 }] };
      const order = await post(url, '/api/v1/orders', body, {
        authorization: `Bearer ${accessToken}`,
        'idempotency-key': randomUUID(),
      });
      if (order.status === 201) return performance.now();
    } catch {
      // Not there yet.
    }
    await wait(50);
  }
  throw new Error('the stack ended before an order was placed');
}

function post(url: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(3000),
  });
}
