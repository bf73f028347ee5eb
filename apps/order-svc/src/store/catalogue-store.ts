import type { Page, Product } from '@edgeway/contracts';
import { decodeCursor, encodeCursor, type Postgres } from '@edgeway/datastore';
import { sql, type Selectable } from 'kysely';
import type { Schema } from './schema.ts';

export interface CatalogueStore {
  /** By id, which for the seed is the order of the catalogue. */
  list(limit: number, cursor: string | undefined): Promise<Page<Product>>;
  byId(id: string): Promise<Product | undefined>;
}

/** Products have no date to sort by; the id alone is the position. */
const epoch = '0001-01-01 00:00:00';

export function createCatalogueStore({ run }: Postgres<Schema>): CatalogueStore {
  return {
    list: (limit, cursor) =>
      run(async (db) => {
        let query = db
          .selectFrom('products')
          .selectAll()
          .orderBy('id')
          .limit(limit + 1);
        if (cursor !== undefined) query = query.where('id', '>', sql<string>`${decodeCursor(cursor).id}::uuid`);
        const rows = await query.execute();
        const last = rows.length > limit ? rows[limit - 1] : undefined;
        return {
          items: rows.slice(0, limit).map(productOf),
          nextCursor: last === undefined ? null : encodeCursor({ position: epoch, id: last.id }),
        };
      }),
    byId: (id) =>
      run(async (db) => {
        const row = await db.selectFrom('products').selectAll().where('id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : productOf(row);
      }),
  };
}

export function productOf(row: Selectable<Schema['products']>): Product {
  return {
    id: row.id,
    sku: row.sku,
    name: row.name,
    price: { amount: row.price_amount, currency: row.price_currency },
    stock: row.stock,
  };
}
