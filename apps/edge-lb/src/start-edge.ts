import { listenAddress } from '@edgeway/discovery';
import type { Running, ServiceContext } from '@edgeway/service-kit';
import type { EdgeConfig } from './config/schema.ts';
import type { Engine, Listening } from './engines/engine.ts';
import { httpProxyEngine } from './engines/http-proxy/http-proxy-engine.ts';
import { wireEngine } from './engines/wire/wire-engine.ts';
import { poolEvents } from './pools/pool-events.ts';
import { upstreamPool } from './pools/upstream-pool.ts';
import { routeTable } from './routing/route-table.ts';

export interface RunningEdge extends Running {
  readonly listening: Readonly<Record<string, Listening['address']>>;
}

const engines: Readonly<Record<EdgeConfig['engine'], () => Engine>> = {
  wire: wireEngine,
  'http-proxy': httpProxyEngine,
};

/** Composes pools, routes and an engine, and listens. */
export async function startEdge(context: ServiceContext, config: EdgeConfig): Promise<RunningEdge> {
  const { instance, log, discovery, draining, env } = context;
  const events = poolEvents();
  const pools = new Map(
    Object.entries(config.pools).map(([name, pool]) => [name, upstreamPool(name, pool, { discovery, log, events })]),
  );
  const engine = engines[config.engine]();
  const ready = (): boolean => !draining.aborted && [...pools.values()].some((pool) => pool.ready);
  const listening: [string, Listening][] = [];
  for (const [name, { address, routes = [], limits }] of Object.entries(config.listeners)) {
    const front = {
      name,
      address: listenAddress(address.port, env, address.host),
      route: routeTable(routes, { pools, random: Math.random }),
      ready,
      trustedHops: config.trustedHops,
      limits,
      instance,
      log,
    };
    const open = await engine.listen(front);
    log.info({ listener: name, ...open.address, engine: engine.name }, 'listening');
    listening.push([name, open]);
  }
  return {
    listening: Object.fromEntries(listening.map(([name, { address }]) => [name, address])),
    drain: async () => void (await Promise.all(listening.map(([, open]) => open.drain()))),
    close: async () => pools.forEach((pool) => pool.close()),
  };
}
