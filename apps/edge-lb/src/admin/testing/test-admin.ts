import { staticDiscovery } from '@edgeway/discovery';
import { createLogger } from '@edgeway/telemetry';
import { onTestFinished } from 'vitest';
import { PoolConfig } from '../../config/pool.ts';
import { poolEvents } from '../../pools/pool-events.ts';
import { upstreamPool, type RunningPool } from '../../pools/upstream-pool.ts';
import { httpUpstream } from '../../testing/fake-upstream.ts';
import { adminServer } from '../admin-server.ts';
import type { Managed } from '../managed.ts';
import { createMetrics } from '../metrics.ts';

export const token = 'a-token-for-tests';

export interface TestAdmin {
  readonly url: string;
  readonly port: number;
  readonly managed: Managed;
  readonly pool: RunningPool;
  /** Of its first endpoint. */
  readonly address: string;
  close(): Promise<void>;
  /** Asks, and shows the token. */
  ask(method: string, path: string, options?: AskOptions): Promise<Asked>;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- what a test expects of it is in the test.
  readonly json: any;
}

export interface TestAdminOptions {
  /** Of the one pool, `main`. Default: one that is healthy. */
  readonly endpoints?: readonly object[];
  readonly pool?: object;
  readonly token?: string | undefined;
  readonly managed?: Partial<Managed>;
}

/** An internal API over one real pool, until the test ends. */
export async function testAdmin(options: TestAdminOptions = {}): Promise<TestAdmin> {
  const endpoints = options.endpoints ?? [{ address: (await httpUpstream((_, response) => response.end())).address }];
  const log = createLogger({ name: 'edge-lb', instance: 'edge-lb-1', level: 'silent' });
  const events = poolEvents();
  const config = PoolConfig.parse({
    endpoints: { static: endpoints },
    health: { intervalSeconds: 3600 },
    ...options.pool,
  });
  const pool = upstreamPool('main', config, { discovery: staticDiscovery({}), log, events });
  const managed: Managed = {
    pools: () => new Map([['main', pool]]),
    listeners: () => [{ name: 'public', address: { host: '::', port: 8080 }, protocol: 'http' }],
    events,
    metrics: createMetrics(),
    ready: () => pool.ready,
    ...options.managed,
  };
  const address = { host: '127.0.0.1', port: 0 };
  const server = await adminServer({
    address,
    token: 'token' in options ? options.token : token,
    managed,
    log,
    instance: 'edge-lb-1',
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= server.close());
  onTestFinished(async () => {
    pool.close();
    await close();
  });
  const url = `http://127.0.0.1:${server.address.port}`;
  return {
    url,
    port: server.address.port,
    managed,
    pool,
    address: pool.pool.endpoints[0]!.address,
    close,
    async ask(method, path, { body, headers = {} } = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson && text !== '' ? (JSON.parse(text) as unknown) : undefined,
      };
    },
  };
}
