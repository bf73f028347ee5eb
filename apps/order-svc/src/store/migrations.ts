import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { seedCatalogue } from './seed-catalogue.ts';

/** In the order of their names. A migration that has landed is never edited; a change is another one. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-catalogue': {
    async up(db) {
      await sql`
        create table products (
          id uuid primary key default gen_random_uuid(),
          sku text not null unique,
          name text not null,
          price_amount integer not null check (price_amount >= 0),
          price_currency text not null check (price_currency ~ '^[A-Z]{3}$'),
          stock integer not null check (stock >= 0)
        )`.execute(db);
      for (const { id, sku, name, amount, stock } of seedCatalogue)
        await sql`insert into products values (${id}, ${sku}, ${name}, ${amount}, 'EUR', ${stock})`.execute(db);
    },
  },
  '0002-orders': {
    async up(db) {
      await sql`
        create table orders (
          id uuid primary key default gen_random_uuid(),
          user_id uuid not null,
          status text not null check (status in ('placed', 'cancelled')),
          lines jsonb not null,
          total_amount bigint not null check (total_amount >= 0),
          total_currency text not null,
          created_at timestamptz not null default clock_timestamp()
        )`.execute(db);
      await sql`create index orders_page on orders (user_id, created_at desc, id desc)`.execute(db);
      await sql`
        create table idempotency_keys (
          user_id uuid not null,
          key text not null,
          request_hash bytea not null,
          order_id uuid not null references orders on delete cascade,
          created_at timestamptz not null default now(),
          primary key (user_id, key)
        )`.execute(db);
      await sql`create index idempotency_keys_age on idempotency_keys (created_at)`.execute(db);
    },
  },
};
