import type { OrderLine, OrderStatus } from '@edgeway/contracts';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** The tables of the database `orders`; the migrations make them. */
export interface Schema {
  products: ProductsTable;
  orders: OrdersTable;
  idempotency_keys: IdempotencyKeysTable;
}

/** Set by the database, never by us. */
type CreatedAt = ColumnType<Date, never, never>;

interface ProductsTable {
  id: string;
  sku: string;
  name: string;
  /** Minor units. */
  price_amount: number;
  price_currency: string;
  stock: number;
}

interface OrdersTable {
  id: Generated<string>;
  user_id: string;
  status: OrderStatus;
  /** As they were bought: later changes of name or price do not rewrite history. */
  lines: JSONColumnType<OrderLine[]>;
  /** Minor units. bigint, which PostgreSQL's client reads as text. */
  total_amount: ColumnType<string, number, number>;
  total_currency: string;
  created_at: CreatedAt;
}

interface IdempotencyKeysTable {
  user_id: string;
  key: string;
  request_hash: Buffer;
  order_id: string;
  created_at: CreatedAt;
}
