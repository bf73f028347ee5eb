import type { Page, User } from '@edgeway/contracts';
import { decodeCursor, encodeCursor, type Postgres } from '@edgeway/datastore';
import { sql } from 'kysely';
import type { UserStore } from '../domain/accounts.ts';
import type { Schema } from './schema.ts';

const publicColumns = ['id', 'email', 'display_name as displayName'] as const;
const allColumns = [...publicColumns, 'role', 'password_hash as passwordHash'] as const;

export function createUserStore({ run }: Postgres<Schema>): UserStore {
  return {
    insert: ({ email, displayName, passwordHash, role }) =>
      run((db) =>
        db
          .insertInto('users')
          .values({ email, display_name: displayName, password_hash: passwordHash, role })
          .onConflict((conflict) => conflict.column('email').doNothing())
          .returning(publicColumns)
          .executeTakeFirst(),
      ),
    byEmail: (email) =>
      run((db) => db.selectFrom('users').select(allColumns).where('email', '=', email).executeTakeFirst()),
    byId: (id) => run((db) => db.selectFrom('users').select(allColumns).where('id', '=', id).executeTakeFirst()),
    rename: (id, displayName) =>
      run((db) =>
        db
          .updateTable('users')
          .set({ display_name: displayName })
          .where('id', '=', id)
          .returning(publicColumns)
          .executeTakeFirst(),
      ),
    async setPasswordHash(id, passwordHash) {
      await run((db) => db.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute());
    },
    list: (limit, cursor) => run((db) => listPage(db, limit, cursor)),
  };
}

async function listPage(db: Postgres<Schema>['db'], limit: number, cursor: string | undefined): Promise<Page<User>> {
  // As text: a JavaScript date would lose the microseconds that tell neighbours apart.
  const position = sql<string>`created_at::text`.as('position');
  let query = db
    .selectFrom('users')
    .select([...publicColumns, position])
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit + 1);
  if (cursor !== undefined) {
    const after = decodeCursor(cursor);
    query = query.where(sql<boolean>`(created_at, id) > (${after.position}::timestamptz, ${after.id}::uuid)`);
  }
  const rows = await query.execute();
  const items = rows.slice(0, limit).map(({ id, email, displayName }) => ({ id, email, displayName }));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor(last) };
}
