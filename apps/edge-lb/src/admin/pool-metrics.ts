import type { PooledEndpoint } from '@edgeway/balancing';
import type { RunningPool } from '../pools/upstream-pool.ts';
import type { Family } from './exposition.ts';

/** How pools are at this moment. */
export function poolFamilies(pools: ReadonlyMap<string, RunningPool>): Family[] {
  const gauge = (name: string, help: string, samples: Family['samples']): Family => ({
    name,
    help,
    type: 'gauge',
    samples,
  });
  const perPool = (name: string, help: string, value: (running: RunningPool) => number): Family =>
    gauge(
      name,
      help,
      [...pools].map(([pool, running]) => ({ labels: { pool }, value: value(running) })),
    );
  const perEndpoint = (name: string, help: string, value: (endpoint: PooledEndpoint) => number): Family =>
    gauge(
      name,
      help,
      [...pools].flatMap(([pool, running]) =>
        running.pool.endpoints.map((endpoint) => ({
          labels: { pool, endpoint: endpoint.address },
          value: value(endpoint),
        })),
      ),
    );
  return [
    // First: it brings the weights of those that warm up to date.
    perPool('edgeway_lb_pool_panic', '1 while health is disbelieved and all are tried.', ({ pool }) => +pool.panic),
    perPool('edgeway_lb_pool_queued', 'Requests that wait for room.', ({ queue }) => queue.length),
    perEndpoint('edgeway_lb_endpoint_in_flight', 'Requests or connections it has.', ({ inFlight }) => inFlight),
    perEndpoint('edgeway_lb_endpoint_up', '1 while probes find it healthy.', ({ healthy }) => +healthy),
    perEndpoint(
      'edgeway_lb_endpoint_ejected',
      '1 while it is out for failing live traffic.',
      ({ ejected }) => +ejected,
    ),
    perEndpoint('edgeway_lb_endpoint_draining', '1 while an operator keeps it out.', ({ draining }) => +draining),
    perEndpoint('edgeway_lb_endpoint_weight', 'Its share in force, relative to its peers.', ({ weight }) => weight),
  ];
}
