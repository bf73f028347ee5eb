import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** In the order of their names. A migration that has landed is never edited; a change is another one. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-accounts': {
    async up(db) {
      await sql`
        create table users (
          id uuid primary key default gen_random_uuid(),
          email text not null unique check (email = lower(email)),
          display_name text not null,
          password_hash text not null,
          role text not null default 'user' check (role in ('user', 'admin')),
          created_at timestamptz not null default now()
        )`.execute(db);
      await sql`create index users_page on users (created_at, id)`.execute(db);
      await sql`
        create table sessions (
          id uuid primary key default gen_random_uuid(),
          user_id uuid not null references users on delete cascade,
          expires_at timestamptz not null,
          revoked_at timestamptz,
          created_at timestamptz not null default now()
        )`.execute(db);
      await sql`create index sessions_user on sessions (user_id)`.execute(db);
      await sql`create index sessions_expiry on sessions (expires_at)`.execute(db);
      await sql`create index sessions_revoked on sessions (revoked_at) where revoked_at is not null`.execute(db);
      await sql`
        create table refresh_tokens (
          hash bytea primary key,
          session_id uuid not null references sessions on delete cascade,
          used_at timestamptz,
          created_at timestamptz not null default now()
        )`.execute(db);
      await sql`create index refresh_tokens_session on refresh_tokens (session_id)`.execute(db);
    },
  },
};
