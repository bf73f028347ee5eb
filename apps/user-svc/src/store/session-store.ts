import type { Postgres } from '@edgeway/datastore';
import { sql, type Kysely } from 'kysely';
import type { Rotation, SessionStore } from '../domain/session-store.ts';
import type { Schema } from './schema.ts';

export function createSessionStore({ run }: Postgres<Schema>): SessionStore {
  return {
    open: (userId, hash, expiresAt) =>
      run((db) =>
        db.transaction().execute(async (tx) => {
          const session = { user_id: userId, expires_at: expiresAt, revoked_at: null };
          const { id } = await tx.insertInto('sessions').values(session).returning('id').executeTakeFirstOrThrow();
          await tx.insertInto('refresh_tokens').values({ hash, session_id: id, used_at: null }).execute();
          return id;
        }),
      ),
    rotate: (hash, successor) => run((db) => db.transaction().execute((tx) => rotate(tx, hash, successor))),
    revokeByToken: (hash) =>
      run(async (db) => {
        const token = await db
          .selectFrom('refresh_tokens')
          .select('session_id')
          .where('hash', '=', hash)
          .executeTakeFirst();
        if (token !== undefined) await revoke(db, token.session_id);
        return token?.session_id;
      }),
    isActive: (sessionId) =>
      run(async (db) => {
        const live = await db
          .selectFrom('sessions')
          .select('id')
          .where('id', '=', sessionId)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', sql<Date>`now()`)
          .executeTakeFirst();
        return live !== undefined;
      }),
    revokedWithin: (seconds) =>
      run(async (db) => {
        const since = sql<Date>`now() - make_interval(secs => ${seconds})`;
        const rows = await db.selectFrom('sessions').select('id').where('revoked_at', '>', since).execute();
        return rows.map(({ id }) => id);
      }),
  };
}

/** The row lock on the token makes rivals wait; whoever comes second finds it used. */
async function rotate(tx: Kysely<Schema>, hash: Buffer, successor: Buffer): Promise<Rotation> {
  const token = await tx
    .selectFrom('refresh_tokens')
    .innerJoin('sessions', 'sessions.id', 'refresh_tokens.session_id')
    .select(['session_id as sessionId', 'used_at as usedAt', 'user_id as userId', 'revoked_at as revokedAt'])
    .select(sql<boolean>`expires_at <= now()`.as('expired'))
    .where('hash', '=', hash)
    .forUpdate('refresh_tokens')
    .executeTakeFirst();
  if (token === undefined || token.revokedAt !== null || token.expired) return { outcome: 'unknown' };
  if (token.usedAt !== null) {
    await revoke(tx, token.sessionId);
    return { outcome: 'reused', sessionId: token.sessionId };
  }
  await tx
    .updateTable('refresh_tokens')
    .set({ used_at: sql<Date>`now()` })
    .where('hash', '=', hash)
    .execute();
  await tx
    .insertInto('refresh_tokens')
    .values({ hash: successor, session_id: token.sessionId, used_at: null })
    .execute();
  return { outcome: 'rotated', sessionId: token.sessionId, userId: token.userId };
}

async function revoke(db: Kysely<Schema>, sessionId: string): Promise<void> {
  const now = sql<Date>`now()`;
  await db
    .updateTable('sessions')
    .set({ revoked_at: now })
    .where('id', '=', sessionId)
    .where('revoked_at', 'is', null)
    .execute();
}
