import type { Postgres } from '@edgeway/datastore';
import type { Logger } from '@edgeway/telemetry';
import { sql } from 'kysely';
import type { Schema } from './schema.ts';

const forgetEveryMs = 10 * 60_000;
const forgetAtOnce = 1000;

/** Deletes sessions that have expired, with their tokens, in a bounded bite. All replicas may do so. */
export async function forgetExpiredSessions({ run }: Postgres<Schema>): Promise<void> {
  const expired = sql<boolean>`id in (select id from sessions where expires_at <= now() limit ${forgetAtOnce} for update skip locked)`;
  await run((db) => db.deleteFrom('sessions').where(expired).execute());
}

/** {@link forgetExpiredSessions} every ten minutes; a failure waits for the next turn. */
export function keepForgetting(postgres: Postgres<Schema>, log: Logger): { stop(): void } {
  const turn = (): void => {
    forgetExpiredSessions(postgres).catch((error: unknown) =>
      log.warn({ err: error }, 'expired sessions kept for now'),
    );
  };
  const timer = setInterval(turn, forgetEveryMs).unref();
  return { stop: () => clearInterval(timer) };
}
