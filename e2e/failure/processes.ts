import { beforeAll, describe, expect, it } from 'vitest';
import { createClient, type Client } from '../client/client.ts';
import { newCustomer, type Customer } from '../client/customer.ts';
import type { Page, Product } from '../client/shapes.ts';
import type { Stack } from '../driver/stack.ts';
import { until } from '../driver/until.ts';
import { expectBooksToBalance, stockOf } from './books.ts';
import { startLoad } from './load.ts';

const killed = ['api-gateway', 'user-svc', 'order-svc', 'mobile-bff'];

/** Any one process may die at any moment; customers must not notice. */
export function processFailures(running: () => Stack): void {
  let stack: Stack;
  let client: Client;
  let customers: Customer[];
  let productId: string;

  beforeAll(async () => {
    stack = running();
    client = createClient(stack.url);
    customers = await Promise.all([1, 2, 3, 4].map(() => newCustomer(client)));
    const { items } = (await client<Page<Product>>('GET /api/v1/products')).body;
    productId = items.toSorted((a, b) => b.stock - a.stock)[0]!.id;
  });

  describe.for(killed)('kill -9 of a replica of %s', (service) => {
    it('fails no safe request, loses and doubles no order, and is repaired', { timeout: 120_000 }, async () => {
      const before = await stockOf(client, productId);
      const replicas = await stack.instances(service);
      const fresh = await Promise.all([1, 2, 3, 4].map(() => newCustomer(client)));
      const load = startLoad(client, fresh, productId);
      await load.pass(3);
      await stack.kill(replicas[0]!);
      await load.pass(10);
      await until(`${service} is whole again`, async () =>
        (await stack.instances(service)).length === replicas.length ? true : undefined,
      );
      await load.pass(5);
      const report = await load.stop();
      expect(report.failed).toEqual([]);
      expect(report.safe).toBeGreaterThan(100);
      await expectBooksToBalance(client, report, { productId, before });
    });
  });

  describe('npm run stack scale', () => {
    it('adds gateways that take their share, and takes them away again, without a failed request', async () => {
      const servers = async () => {
        const names = new Set<string>();
        for (let request = 0; request < 30; request += 1) {
          const answer = await client('GET /api/v1/nowhere'); // answered by the gateway itself
          names.add(answer.headers.get('x-served-by')!);
        }
        return names;
      };
      const load = startLoad(client, customers, productId);
      await load.pass(1);
      await stack.scale('api-gateway', 3);
      await until('three gateways answer', async () => ((await servers()).size === 3 ? true : undefined));
      await stack.scale('api-gateway', 2);
      await until('two gateways answer', async () => ((await servers()).size === 2 ? true : undefined));
      await load.pass(3);
      expect((await load.stop()).failed).toEqual([]);
    });
  });
}
