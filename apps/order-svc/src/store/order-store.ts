import type { Order, OrderLine, Page } from '@edgeway/contracts';
import { decodeCursor, encodeCursor, type Postgres } from '@edgeway/datastore';
import { CodedError } from '@edgeway/errors';
import { sql, type Kysely, type Selectable } from 'kysely';
import { lineOf, totalOf } from '../domain/order-lines.ts';
import type { OrderStore, Placement } from '../domain/orders.ts';
import { productOf } from './catalogue-store.ts';
import { keepKey, replayOf, takeKey } from './idempotency-keys.ts';
import type { Schema } from './schema.ts';

export function createOrderStore({ run }: Postgres<Schema>): OrderStore {
  return {
    place: (placement) => run((db) => db.transaction().execute((tx) => place(tx, placement))),
    list: (userId, limit, cursor) => run((db) => listPage(db, userId, limit, cursor)),
    byId: (userId, id) =>
      run(async (db) => {
        const row = await db
          .selectFrom('orders')
          .selectAll()
          .where('id', '=', id)
          .where('user_id', '=', userId)
          .executeTakeFirst();
        return row === undefined ? undefined : orderOf(row);
      }),
    cancel: (userId, id) => run((db) => db.transaction().execute((tx) => cancel(tx, userId, id))),
  };
}

async function place(tx: Kysely<Schema>, { userId, key, requestHash, wanted }: Placement): Promise<Order> {
  await takeKey(tx, userId, key);
  const first = await replayOf(tx, userId, key, requestHash);
  if (first !== undefined) return orderOf(first);
  const lines: OrderLine[] = [];
  for (const { productId, quantity } of wanted) lines.push(await takeStock(tx, productId, quantity));
  const total = totalOf(lines);
  const row = await tx
    .insertInto('orders')
    .values({
      user_id: userId,
      status: 'placed',
      lines: JSON.stringify(lines),
      total_amount: total.amount,
      total_currency: total.currency,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await keepKey(tx, { user_id: userId, key, request_hash: requestHash, order_id: row.id });
  return orderOf(row);
}

/** The condition is part of the update, so stock cannot be sold twice between a look and a write. */
async function takeStock(tx: Kysely<Schema>, productId: string, quantity: number): Promise<OrderLine> {
  const row = await tx
    .updateTable('products')
    .set((field) => ({ stock: field('stock', '-', quantity) }))
    .where('id', '=', productId)
    .where('stock', '>=', quantity)
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) return lineOf(productOf(row), quantity);
  const known = await tx
    .selectFrom('products')
    .select(['name', 'stock'])
    .where('id', '=', productId)
    .executeTakeFirst();
  if (known === undefined) throw new CodedError('PRODUCT_UNKNOWN', { detail: `There is no product ${productId}.` });
  throw new CodedError('OUT_OF_STOCK', { detail: `${known.stock} of "${known.name}" left, ${quantity} wanted.` });
}

/** The row lock makes a rival wait and then find the order cancelled. */
async function cancel(tx: Kysely<Schema>, userId: string, id: string): Promise<Order | undefined> {
  const row = await tx
    .selectFrom('orders')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.status === 'cancelled') return orderOf(row);
  for (const { productId, quantity } of row.lines)
    await tx
      .updateTable('products')
      .set((field) => ({ stock: field('stock', '+', quantity) }))
      .where('id', '=', productId)
      .execute();
  await tx.updateTable('orders').set({ status: 'cancelled' }).where('id', '=', id).execute();
  return orderOf({ ...row, status: 'cancelled' });
}

async function listPage(
  db: Kysely<Schema>,
  userId: string,
  limit: number,
  cursor: string | undefined,
): Promise<Page<Order>> {
  // As text: a JavaScript date would lose the microseconds that tell neighbours apart.
  const position = sql<string>`created_at::text`.as('position');
  let query = db
    .selectFrom('orders')
    .selectAll()
    .select(position)
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (cursor !== undefined) {
    const after = decodeCursor(cursor);
    query = query.where(sql<boolean>`(created_at, id) < (${after.position}::timestamptz, ${after.id}::uuid)`);
  }
  const rows = await query.execute();
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(orderOf), nextCursor: last === undefined ? null : encodeCursor(last) };
}

function orderOf(row: Selectable<Schema['orders']>): Order {
  return {
    id: row.id,
    status: row.status,
    lines: row.lines,
    // Amounts stay far below 2^53.
    total: { amount: Number(row.total_amount), currency: row.total_currency },
    createdAt: row.created_at.toISOString(),
  };
}
