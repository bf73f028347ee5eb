import { randomUUID } from 'node:crypto';
import { createInternalTokenIssuer, createInternalTokenVerifier, generateKeyPair, userScopes } from '@edgeway/auth';
import { connectPostgres, migrate, type Postgres } from '@edgeway/datastore';
import { staticDiscovery } from '@edgeway/discovery';
import { startHttpService, type RunningHttp } from '@edgeway/service-kit/http';
import { createLogger } from '@edgeway/telemetry';
import type { TestDatabase } from '@edgeway/testing';
import { createOrders } from '../domain/orders.ts';
import { routes } from '../http/routes.ts';
import { createCatalogueStore } from '../store/catalogue-store.ts';
import { migrations } from '../store/migrations.ts';
import { createOrderStore } from '../store/order-store.ts';
import type { Schema } from '../store/schema.ts';

const log = createLogger({ name: 'order-svc', instance: 'test', level: 'silent' });

/** An answer, read to its end. `body` is `undefined` when there is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What one user sends; consecutive requests go to the replicas in turn, as behind a balancer. */
export interface Caller {
  readonly userId: string;
  get(path: string): Promise<Answer>;
  /** `key` is the Idempotency-Key; `null` sends none. Default: a new one. */
  order(lines: readonly { productId: string; quantity: number }[], key?: string | null): Promise<Answer>;
  cancel(orderId: string): Promise<Answer>;
}

/** Several order-svc over one database, in this process but over real sockets. */
export interface OrderReplicas {
  readonly postgres: Postgres<Schema>;
  as(user?: { readonly userId?: string; readonly scopes?: readonly string[] }): Promise<Caller>;
  anonymous(path: string): Promise<Answer>;
  /** Sets a product's stock. */
  stock(productId: string, pieces: number): Promise<void>;
  stockOf(productId: string): Promise<number>;
  stop(): Promise<void>;
}

/** A pool to the test's database, as the service opens its own. */
export function connect({ host, port, user, password, database }: TestDatabase): Postgres<Schema> {
  const discovery = staticDiscovery({ postgres: [{ host, port }] });
  return connectPostgres<Schema>({ discovery, env: { DATABASE_PASSWORD: password }, log, database, user });
}

/** Every replica migrates at its start, all at the same time. */
export async function startReplicas(database: TestDatabase, count = 2): Promise<OrderReplicas> {
  const { privateJwk, publicJwk } = await generateKeyPair();
  const issuer = createInternalTokenIssuer({ privateJwk });
  const verifier = createInternalTokenVerifier({ publicJwk });
  const replicas = await Promise.all(
    Array.from({ length: count }, async (_, index) =>
      startReplica(`order-svc-${index + 1}`, connect(database), verifier),
    ),
  );
  const postgres = connect(database);
  let turn = 0;
  const send = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const { port } = replicas[turn++ % count]!.address;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    const text = await response.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body };
  };
  return {
    postgres,
    anonymous: (path) => send(path),
    async as({ userId = randomUUID(), scopes = userScopes } = {}) {
      const authorization = `Bearer ${await issuer.issue({ userId, scopes, sessionId: randomUUID() })}`;
      return caller(userId, authorization, send);
    },
    async stock(productId, pieces) {
      await postgres.db.updateTable('products').set({ stock: pieces }).where('id', '=', productId).execute();
    },
    async stockOf(productId) {
      const query = postgres.db.selectFrom('products').select('stock').where('id', '=', productId);
      return (await query.executeTakeFirstOrThrow()).stock;
    },
    async stop() {
      for (const { drain, close } of replicas) await drain().then(close);
      await postgres.close();
    },
  };
}

async function startReplica(
  instance: string,
  postgres: Postgres<Schema>,
  verifier: ReturnType<typeof createInternalTokenVerifier>,
): Promise<RunningHttp & { close(): Promise<void> }> {
  await migrate(postgres.db, migrations, log);
  const context = {
    name: 'order-svc',
    instance,
    env: { EDGEWAY_LISTEN: '3000=127.0.0.1:0' },
    log,
    discovery: staticDiscovery({}),
    draining: new AbortController().signal,
  };
  const orders = createOrders({ store: createOrderStore(postgres) });
  const parts = { catalogue: createCatalogueStore(postgres), orders, verifier };
  const running = await startHttpService(context, { port: 3000, routes: routes(parts) });
  return { ...running, close: () => postgres.close() };
}

function caller(
  userId: string,
  authorization: string,
  send: (path: string, init?: RequestInit) => Promise<Answer>,
): Caller {
  return {
    userId,
    get: (path) => send(path, { headers: { authorization } }),
    order: (lines, key = randomUUID()) =>
      send('/api/v1/orders', {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          ...(key === null ? {} : { 'idempotency-key': key }),
        },
        body: JSON.stringify({ lines }),
      }),
    cancel: (orderId) => send(`/api/v1/orders/${orderId}/cancel`, { method: 'POST', headers: { authorization } }),
  };
}
