import { readSecret } from '@edgeway/config';
import { createDiscovery } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import { connectSuperuser } from './connect-superuser.ts';
import { createDatabases, type ServiceDatabase } from './create-databases.ts';

/** The services that keep state. Their passwords come from `<ROLE>_DATABASE_PASSWORD_FILE`. */
const owners = [
  { database: 'users', role: 'user_svc' },
  { database: 'orders', role: 'order_svc' },
];

/**
 * `databases`: one database and one role a service, on the server that discovery names `postgres`.
 *
 * @throws ConfigError when a password is missing; what `pg` says when the server stays away or refuses.
 */
export async function databasesCommand(env: NodeJS.ProcessEnv, log: Logger): Promise<void> {
  const wanted: ServiceDatabase[] = owners.map((owner) => ({
    ...owner,
    password: readSecret(env, `${owner.role.toUpperCase()}_DATABASE_PASSWORD`),
  }));
  const superuser = await connectSuperuser({
    discovery: createDiscovery(env),
    password: readSecret(env, 'POSTGRES_PASSWORD'),
    onRetry: (error, attempt) => log.warn({ err: error, attempt }, 'PostgreSQL not ready'),
  });
  try {
    await createDatabases(superuser, wanted);
    log.info({ databases: wanted.map(({ database }) => database) }, 'databases ready');
  } finally {
    await superuser.end();
  }
}
