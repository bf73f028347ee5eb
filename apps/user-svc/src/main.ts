import { createAccessTokenIssuer, createInternalTokenVerifier, createRevocationList, parseJwk } from '@edgeway/auth';
import { readOptionalSecret, readSecret } from '@edgeway/config';
import { connectPostgres, connectRedis, migrate } from '@edgeway/datastore';
import { runService } from '@edgeway/service-kit';
import { startHttpService } from '@edgeway/service-kit/http';
import { createAccounts } from './domain/accounts.ts';
import { createPasswords } from './domain/passwords.ts';
import { createSessions } from './domain/sessions.ts';
import { seedDemoUsers } from './domain/demo-users.ts';
import { routes } from './http/routes.ts';
import { migrations } from './store/migrations.ts';
import { republishRevocations } from './domain/republish-revocations.ts';
import type { Schema } from './store/schema.ts';
import { createSessionStore } from './store/session-store.ts';
import { createUserStore } from './store/user-store.ts';

await runService('user-svc', async (context) => {
  const { env, log, discovery } = context;
  const tokens = createAccessTokenIssuer({ privateJwk: parseJwk(readSecret(env, 'SIGNING_KEY')) });
  const verifier = createInternalTokenVerifier({ publicJwk: parseJwk(readSecret(env, 'INTERNAL_PUBLIC_KEY')) });
  const demoPassword = readOptionalSecret(env, 'DEMO_PASSWORD');

  const postgres = connectPostgres<Schema>({ discovery, env, log, database: 'users', user: 'user_svc' });
  const redis = connectRedis({ discovery, env, log });
  const users = createUserStore(postgres);
  const sessionStore = createSessionStore(postgres);
  const revocations = createRevocationList(redis);
  const passwords = createPasswords();
  const accounts = createAccounts({ users, passwords });
  const sessions = createSessions({ sessions: sessionStore, users, tokens, revocations, log });

  await migrate(postgres.db, migrations, log);
  if (demoPassword !== undefined) await seedDemoUsers({ users, passwords }, demoPassword);
  republishRevocations(redis, sessionStore, revocations, log);

  return startHttpService(context, {
    port: 3000,
    routes: routes({ accounts, sessions, tokens, verifier }),
    close: async () => {
      redis.disconnect();
      await postgres.close();
    },
  });
});
