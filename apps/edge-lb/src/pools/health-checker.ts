import type { Pool, PooledEndpoint } from '@edgeway/balancing';
import { atFirst, observe, type Health, type Observation, type Thresholds } from '@edgeway/health';
import type { Logger } from '@edgeway/telemetry';

export interface HealthCheckerOptions {
  readonly pool: Pick<Pool, 'endpoints'>;
  readonly thresholds: Thresholds;
  readonly intervalMs: number;
  readonly probe: (address: string) => Promise<boolean>;
  /** A probe passed: whoever had taken the endpoint out for other reasons may think again. */
  readonly onPass?: (endpoint: PooledEndpoint) => void;
  /** Told of each change of health. */
  readonly onChange?: (endpoint: PooledEndpoint) => void;
  /** Uniform in [0, 1): spreads the probes of many balancers. Default: none is spread. */
  readonly random?: () => number;
  readonly log: Logger;
}

export interface HealthChecker {
  /** Probes now: called when members have come. */
  check(): Promise<void>;
  /** Live traffic found nobody listening: no threshold is needed to believe that. */
  refused(endpoint: PooledEndpoint): void;
  stop(): void;
}

/**
 * Probes every endpoint of a pool and folds the answers, by rise and fall, into `available`. One that
 * has just come is taken at its word until its first probe, which is at once: a balancer that has
 * just started would otherwise refuse what it could serve.
 */
export function healthChecker(options: HealthCheckerOptions): HealthChecker {
  const { pool, thresholds, intervalMs, probe, log, onPass, onChange, random = () => 0.5 } = options;
  const known = new WeakMap<PooledEndpoint, Health>();
  const probing = new Set<PooledEndpoint>();
  // One that another checker before this had taken out comes back by rise.
  const begin = ({ healthy }: PooledEndpoint): Health =>
    healthy ? atFirst(thresholds) : { status: 'unhealthy', successes: 0 };
  const settle = (endpoint: PooledEndpoint, health: Health): void => {
    known.set(endpoint, health);
    const healthy = health.status === 'healthy';
    if (healthy === endpoint.healthy) return;
    log.warn({ endpoint: endpoint.address, status: health.status }, 'health changed');
    endpoint.healthy = healthy;
    onChange?.(endpoint);
  };
  const checkOne = async (endpoint: PooledEndpoint): Promise<void> => {
    // An old answer must not come after a newer one.
    if (probing.has(endpoint)) return;
    probing.add(endpoint);
    const observation: Observation = (await probe(endpoint.address)) ? 'success' : 'failure';
    probing.delete(endpoint);
    settle(endpoint, observe(known.get(endpoint) ?? begin(endpoint), observation, thresholds));
    if (observation === 'success' && endpoint.healthy) onPass?.(endpoint);
  };
  const check = async (): Promise<void> => void (await Promise.all(pool.endpoints.map(checkOne)));
  let timer: NodeJS.Timeout;
  const again = (): void => {
    // A tenth more or less: many balancers that started together would all probe together for ever.
    timer = setTimeout(
      () => {
        void check();
        again();
      },
      intervalMs * (0.9 + random() * 0.2),
    );
  };
  again();
  return {
    check,
    refused: (endpoint) => settle(endpoint, { status: 'unhealthy', successes: 0 }),
    stop: () => clearTimeout(timer),
  };
}
