import { createAccessTokenIssuer, createInternalTokenVerifier, createRevocationList, readJwk } from '@edgeway/auth';
import { readOptionalSecret } from '@edgeway/config';
import { connectPostgres, connectRedis, migrate } from '@edgeway/datastore';
import type { ServiceContext } from '@edgeway/service-kit';
import { startHttpService, type RunningHttp } from '@edgeway/service-kit/http';
import { createAccounts } from './domain/accounts.ts';
import { seedDemoUsers } from './domain/demo-users.ts';
import { createPasswords } from './domain/passwords.ts';
import { createRevocationPublisher } from './domain/revocation-publisher.ts';
import { createSessions } from './domain/sessions.ts';
import { routes } from './http/routes.ts';
import { keepForgetting } from './store/forget-sessions.ts';
import { migrations } from './store/migrations.ts';
import type { Schema } from './store/schema.ts';
import { createSessionStore } from './store/session-store.ts';
import { createUserStore } from './store/user-store.ts';

/** The database of the service, as apps/provision makes it. */
const ownDatabase = { database: 'users', user: 'user_svc' };

/**
 * Composes the service. It listens once its schema is up to date; from then on it is ready, also
 * while PostgreSQL is away. All replicas share the database, so if each turned unready the balancer
 * would have none left, and clients would learn less than from our own DATABASE_UNAVAILABLE.
 */
export async function startUserSvc(context: ServiceContext, database = ownDatabase): Promise<RunningHttp> {
  const { env, log, discovery, draining } = context;
  const tokens = createAccessTokenIssuer({ privateJwk: readJwk(env, 'SIGNING_KEY', 'private') });
  const verifier = createInternalTokenVerifier({ publicJwk: readJwk(env, 'INTERNAL_PUBLIC_KEY', 'public') });
  const demoPassword = readOptionalSecret(env, 'DEMO_PASSWORD');

  const postgres = connectPostgres<Schema>({ discovery, env, log, ...database });
  const redis = connectRedis({ discovery, env, log });
  const users = createUserStore(postgres);
  const store = createSessionStore(postgres);
  const passwords = createPasswords();
  const revocations = createRevocationList(redis);
  const publisher = createRevocationPublisher({ sessions: store, revocations, log, signal: draining });

  await migrate(postgres.db, migrations, log);
  if (demoPassword !== undefined) await seedDemoUsers({ users, passwords }, demoPassword);
  redis.on('ready', publisher.republish);
  if (redis.status === 'ready') publisher.republish();
  const forgetting = keepForgetting(postgres, log);

  const accounts = createAccounts({ users, passwords });
  const sessions = createSessions({ sessions: store, users, tokens, publisher });
  return startHttpService(context, {
    port: 3000,
    routes: routes({ accounts, sessions, tokens, verifier }),
    close: async () => {
      forgetting.stop();
      redis.disconnect();
      await postgres.close();
    },
  });
}
