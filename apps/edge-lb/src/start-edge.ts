import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Running, ServiceContext } from '@edgeway/service-kit';
import type { EdgeConfig, ListenerConfig } from './config/schema.ts';
import type { Answered } from './engines/answered.ts';
import type { Engine, Listening } from './engines/engine.ts';
import { httpProxyEngine } from './engines/http-proxy/http-proxy-engine.ts';
import { wireEngine } from './engines/wire/wire-engine.ts';
import { openListener, type ListenerDeps } from './listeners/open-listener.ts';
import { poolEvents, type PoolEvents } from './pools/pool-events.ts';
import { upstreamPool, type RunningPool } from './pools/upstream-pool.ts';
import type { Router } from './routing/route.ts';
import { routeTable } from './routing/route-table.ts';

export interface RunningEdge extends Running {
  readonly listening: Readonly<Record<string, Listening['address']>>;
  readonly pools: ReadonlyMap<string, RunningPool>;
  readonly events: PoolEvents;
  /** What is in force. */
  readonly config: EdgeConfig;
  ready(): boolean;
  /**
   * Puts another file into force. Pools that stay keep their endpoints' state, listeners that stay keep
   * their connections; whoever is being served by what goes is served to the end.
   */
  apply(config: EdgeConfig): Promise<void>;
}

export interface EdgeOptions {
  /** Told of each answered request. */
  readonly onAnswer?: ((listener: string, answer: Answered) => void) | undefined;
  /**
   * `primary`: follows membership and health for workers, and listens to nobody. `worker`: listens, and
   * is told. Default `alone`: both.
   */
  readonly role?: 'alone' | 'primary' | 'worker';
  /** A worker's traffic found nobody there. */
  readonly onRefused?: (pool: string, address: string) => void;
}

const engines: Readonly<Record<EdgeConfig['engine'], () => Engine>> = {
  wire: wireEngine,
  'http-proxy': httpProxyEngine,
};

/** Composes pools, routes and an engine, and listens. */
export async function startEdge(
  context: ServiceContext,
  first: EdgeConfig,
  options: EdgeOptions = {},
): Promise<RunningEdge> {
  const { instance, log, discovery, draining, env } = context;
  const { role = 'alone', onRefused } = options;
  const events = poolEvents();
  const pools = new Map<string, RunningPool>();
  const open = new Map<string, { readonly config: ListenerConfig; readonly listening: Listening }>();
  let routers = new Map<string, Router>();
  let current = first;
  const ready = (): boolean => !draining.aborted && [...pools.values()].some((pool) => pool.ready);
  const deps: ListenerDeps = {
    engine: engines[first.engine](),
    env,
    instance,
    log,
    trustedHops: first.trustedHops,
    reusePort: role === 'worker',
    ready,
    pool: (name) => pools.get(name)!,
    router: (listener) => routers.get(listener) ?? (() => undefined),
    onAnswer: options.onAnswer,
  };

  const applyPools = (config: EdgeConfig): void => {
    for (const [name, pool] of Object.entries(config.pools)) {
      const running = pools.get(name);
      if (running === undefined)
        pools.set(name, upstreamPool(name, pool, { discovery, log, events, told: role === 'worker', onRefused }));
      else running.configure(pool);
    }
  };
  const applyListeners = async (config: EdgeConfig): Promise<void> => {
    const replaced = new Set<string>();
    for (const [name, { config: before, listening }] of open) {
      const next = config.listeners[name];
      if (next !== undefined && isDeepStrictEqual(withoutRoutes(before), withoutRoutes(next))) continue;
      if (before.protocol === 'udp' && next !== undefined) {
        log.warn({ field: `listeners.${name}` }, 'takes a restart to change');
        continue;
      }
      open.delete(name);
      replaced.add(name);
      // Its connections go on until they are done.
      void listening.drain();
    }
    for (const [name, listener] of Object.entries(config.listeners)) {
      if (open.has(name)) continue;
      const openIt = (): Promise<Listening> => openListener(name, listener, deps);
      const listening = await (replaced.size > 0 ? onceFree(openIt) : openIt());
      log.info({ listener: name, ...listening.address, engine: deps.engine.name }, 'listening');
      open.set(name, { config: listener, listening });
    }
  };
  const apply = async (config: EdgeConfig): Promise<void> => {
    applyPools(config);
    routers = new Map(
      Object.entries(config.listeners).map(([name, { routes = [] }]) => [
        name,
        routeTable(routes, { pools, random: Math.random }),
      ]),
    );
    if (role !== 'primary') await applyListeners(config);
    for (const [name, pool] of pools)
      if (!(name in config.pools)) {
        pool.close();
        pools.delete(name);
      }
  };

  await apply(first);
  return {
    get listening() {
      return Object.fromEntries([...open].map(([name, { listening }]) => [name, listening.address]));
    },
    pools,
    events,
    get config() {
      return current;
    },
    ready,
    async apply(config) {
      for (const key of ['engine', 'workers', 'admin', 'trustedHops', 'accessLog'] as const)
        if (!isDeepStrictEqual(first[key], config[key])) log.warn({ field: key }, 'takes a restart to change');
      await apply(config);
      current = config;
    },
    drain: async () => void (await Promise.all([...open.values()].map(({ listening }) => listening.drain()))),
    close: async () => pools.forEach((pool) => pool.close()),
  };
}

/** A listener that is being replaced frees its port in a moment. */
async function onceFree<T>(listen: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await listen();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === 20) throw error;
      await wait(50);
    }
}

/** Routes may change while a listener stays as it is. */
const withoutRoutes = (config: ListenerConfig): ListenerConfig => ({ ...config, routes: undefined });
