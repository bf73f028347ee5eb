import type { PooledEndpoint } from '@edgeway/balancing';
import type { RunningPool } from '../pools/upstream-pool.ts';

/** Whether new traffic goes there and, if not, the first reason of several. In a panic it goes to all but those that drain. */
export type EndpointState = 'available' | 'draining' | 'unhealthy' | 'ejected';

/** The operator's word comes first: a drained endpoint stays out however well it does. */
export function stateOf({ draining, healthy, ejected }: PooledEndpoint): EndpointState {
  if (draining) return 'draining';
  if (!healthy) return 'unhealthy';
  return ejected ? 'ejected' : 'available';
}

export function endpointView(endpoint: PooledEndpoint) {
  const { address, weight, configuredWeight, backup, zone, inFlight, totals, warmingSince } = endpoint;
  return {
    address,
    state: stateOf(endpoint),
    weight,
    configuredWeight,
    backup,
    zone: zone ?? null,
    inFlight,
    requests: totals.ended,
    failures: totals.failed,
    averageMs: Math.round(totals.averageMs * 10) / 10,
    warming: warmingSince !== undefined,
  };
}

export function poolView({ name, pool, queue, config }: RunningPool) {
  // First, since asking for it brings the weights of those that warm up to date.
  const { panic } = pool;
  return {
    name,
    strategy: config.strategy,
    panic,
    queued: queue.length,
    endpoints: pool.endpoints.map(endpointView),
  };
}
