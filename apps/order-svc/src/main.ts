import { createInternalTokenVerifier, readJwk } from '@edgeway/auth';
import { connectPostgres, migrate } from '@edgeway/datastore';
import { runService } from '@edgeway/service-kit';
import { startHttpService } from '@edgeway/service-kit/http';
import { createOrders } from './domain/orders.ts';
import { routes } from './http/routes.ts';
import { createCatalogueStore } from './store/catalogue-store.ts';
import { forgetOldKeys } from './store/idempotency-keys.ts';
import { migrations } from './store/migrations.ts';
import { createOrderStore } from './store/order-store.ts';
import type { Schema } from './store/schema.ts';

await runService('order-svc', async (context) => {
  const { env, log, discovery } = context;
  const verifier = createInternalTokenVerifier({ publicJwk: readJwk(env, 'INTERNAL_PUBLIC_KEY', 'public') });
  const postgres = connectPostgres<Schema>({ discovery, env, log, database: 'orders', user: 'order_svc' });
  await migrate(postgres.db, migrations, log);
  const forgetting = forgetOldKeys(postgres, log);
  const orders = createOrders({ store: createOrderStore(postgres) });
  return startHttpService(context, {
    port: 3000,
    routes: routes({ catalogue: createCatalogueStore(postgres), orders, verifier }),
    close: async () => {
      forgetting.stop();
      await postgres.close();
    },
  });
});
