import { listenAddress } from '@edgeway/discovery';
import type { Running, ServiceContext } from '@edgeway/service-kit';
import type { EdgeConfig } from './config/schema.ts';
import type { Engine, Listening } from './engines/engine.ts';
import { httpProxyEngine } from './engines/http-proxy/http-proxy-engine.ts';
import { routeTable } from './pools/route.ts';
import { upstreamPool } from './pools/upstream-pool.ts';

export interface RunningEdge extends Running {
  readonly listening: Readonly<Record<string, Listening['address']>>;
}

/** Composes pools, routes and an engine, and listens. */
export async function startEdge(context: ServiceContext, config: EdgeConfig): Promise<RunningEdge> {
  const { instance, log, discovery, draining, env } = context;
  const pools = new Map(
    Object.entries(config.pools).map(([name, pool]) => [name, upstreamPool(name, pool, discovery, log)]),
  );
  const engine: Engine = httpProxyEngine();
  const ready = (): boolean => !draining.aborted && [...pools.values()].some((pool) => pool.ready);
  const listening: [string, Listening][] = [];
  for (const [name, { address, routes }] of Object.entries(config.listeners)) {
    const route = routeTable(routes.map(({ path, pool }) => ({ path, target: pools.get(pool)! })));
    const at = listenAddress(address.port, env, address.host);
    const front = { address: at, route, ready, trustedHops: config.trustedHops, instance, log };
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
