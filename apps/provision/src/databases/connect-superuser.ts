import { isDatabaseUnavailable } from '@edgeway/datastore';
import type { Discovery } from '@edgeway/discovery';
import { backoff, retry } from '@edgeway/resilience';
import { Client } from 'pg';

export interface SuperuserOptions {
  readonly discovery: Discovery;
  readonly password: string;
  /** How long to wait for a server that is still starting. Default 30. */
  readonly patienceSeconds?: number;
  readonly onRetry: (error: unknown, attempt: number) => void;
}

/**
 * A connection as `postgres`.
 *
 * @throws the last failure when the patience is used up; any other than "not there yet" at once.
 */
export function connectSuperuser(options: SuperuserOptions): Promise<Client> {
  const { discovery, password, patienceSeconds = 30, onRetry } = options;
  const giveUpAt = performance.now() + patienceSeconds * 1000;
  const connect = async (): Promise<Client> => {
    const client = new Client({
      ...discovery.locate({ service: 'postgres', port: 5432 }),
      user: 'postgres',
      password,
      database: 'postgres',
      application_name: 'provision',
      connectionTimeoutMillis: 2000,
      query_timeout: 10_000,
    });
    // A lost connection fails the query under way; without a listener it would end the process first.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  return retry(connect, {
    attempts: Number.POSITIVE_INFINITY,
    delay: backoff({ capMs: 500, random: Math.random }),
    retryable: (error) => isDatabaseUnavailable(error) && performance.now() < giveUpAt,
    onRetry,
  });
}
