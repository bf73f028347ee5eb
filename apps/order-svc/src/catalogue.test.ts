import { Product, pageOf } from '@edgeway/contracts';
import { startPostgres, type TestPostgres } from '@edgeway/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedCatalogue } from './store/seed-catalogue.ts';
import { startReplicas, type OrderReplicas } from './testing/order-replicas.ts';

let postgres: TestPostgres;
let service: OrderReplicas;

beforeAll(async () => {
  postgres = await startPostgres();
  service = await startReplicas(await postgres.createDatabase('orders'), 4);
});
afterAll(async () => {
  await service?.stop();
  await postgres?.stop();
});

describe('migrating', () => {
  it('happens once when four replicas start at the same time', async () => {
    const products = service.postgres.db.selectFrom('products').select('sku');
    expect(await products.execute()).toHaveLength(seedCatalogue.length);
  });
});

describe('the catalogue', () => {
  it('is public, may be cached for a moment, and pages without gaps or doubles', async () => {
    const seen: Product[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer = await service.anonymous(`/api/v1/products?limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(answer.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
      const page: { items: Product[]; nextCursor: string | null } = pageOf(Product).parse(answer.body);
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(seen.map(({ sku }) => sku)).toEqual(seedCatalogue.map(({ sku }) => sku));
  });

  it('shows one product, and 404 for an unknown or impossible id', async () => {
    const [first] = seedCatalogue;
    const { body } = await service.anonymous(`/api/v1/products/${first!.id}`);
    expect(Product.parse(body)).toMatchObject({ sku: first!.sku, price: { amount: first!.amount, currency: 'EUR' } });
    for (const id of ['5eed0000-0000-4000-8000-999999999999', 'lamp', "'"])
      expect(await service.anonymous(`/api/v1/products/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'PRODUCT_NOT_FOUND' },
      });
  });
});
