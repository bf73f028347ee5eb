import type { Postgres } from '@edgeway/datastore';
import { CodedError } from '@edgeway/errors';
import type { Logger } from '@edgeway/telemetry';
import { sql, type Insertable, type Kysely, type Selectable } from 'kysely';
import type { Schema } from './schema.ts';

/** A key is remembered this long; a client that retries later than that is not retrying. Hours. */
const keyHours = 24;
const forgetEveryMs = 10 * 60_000;
const forgetAtOnce = 5000;

/**
 * Holds the key until the transaction ends. An advisory lock rather than a row, so that a request
 * that fails leaves nothing behind and may be tried again.
 *
 * @throws CodedError IDEMPOTENCY_IN_FLIGHT when another request holds it.
 */
export async function takeKey(tx: Kysely<Schema>, userId: string, key: string): Promise<void> {
  const lock = sql<{
    taken: boolean;
  }>`select pg_try_advisory_xact_lock(hashtextextended(${`${userId}:${key}`}, 0)) as taken`;
  const { rows } = await lock.execute(tx);
  if (rows[0]?.taken !== true) throw new CodedError('IDEMPOTENCY_IN_FLIGHT');
}

/**
 * The order this key has placed before, as it is now.
 *
 * @throws CodedError IDEMPOTENCY_KEY_REUSED when the payload was another.
 */
export async function replayOf(
  tx: Kysely<Schema>,
  userId: string,
  key: string,
  requestHash: Buffer,
): Promise<Selectable<Schema['orders']> | undefined> {
  const record = await tx
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (record === undefined) return undefined;
  if (!record.request_hash.equals(requestHash)) throw new CodedError('IDEMPOTENCY_KEY_REUSED');
  const order = await tx.selectFrom('orders').selectAll().where('id', '=', record.order_id).executeTakeFirstOrThrow();
  // The answer is the one of the first time, even if the order was cancelled since.
  return { ...order, status: 'placed' };
}

export async function keepKey(tx: Kysely<Schema>, record: Insertable<Schema['idempotency_keys']>): Promise<void> {
  await tx.insertInto('idempotency_keys').values(record).execute();
}

/** Deletes keys past their time, now and then and in bounded bites. All replicas may do so. */
export function forgetOldKeys({ run }: Postgres<Schema>, log: Logger): { stop(): void } {
  const old = sql<boolean>`ctid in (select ctid from idempotency_keys where created_at < now() - make_interval(hours => ${keyHours}) limit ${forgetAtOnce})`;
  const turn = (): void => {
    run((db) => db.deleteFrom('idempotency_keys').where(old).execute()).catch((error: unknown) =>
      log.warn({ err: error }, 'old keys kept for now'),
    );
  };
  const timer = setInterval(turn, forgetEveryMs).unref();
  return { stop: () => clearInterval(timer) };
}
