import { backoff, retry } from '@edgeway/resilience';
import type { Logger } from '@edgeway/telemetry';
import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { isDatabaseUnavailable } from './unavailable.ts';

/** About half a minute of waiting in all: longer means that something is wrong. */
const attempts = 40;

/**
 * Brings the schema up to date. All replicas may call it at once: the migrator takes a lock in the
 * database, and the others find the work done. Waits for a database that is still starting.
 */
export async function migrate<DB>(
  db: Kysely<DB>,
  migrations: Readonly<Record<string, Migration>>,
  log: Logger,
): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const upToDate = async (): Promise<void> => {
    const { error, results } = await migrator.migrateToLatest();
    for (const { migrationName, status } of results ?? []) log.info({ migration: migrationName, status }, 'migration');
    if (error !== undefined) throw error;
  };
  await retry(upToDate, {
    attempts,
    delay: backoff({ baseMs: 50, capMs: 1000, random: Math.random }),
    retryable: isDatabaseUnavailable,
    onRetry: (error, attempt) => log.warn({ err: error, attempt }, 'database not ready, migrating later'),
  });
}
