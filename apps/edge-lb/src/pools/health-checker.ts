import type { Endpoint, Pool } from '@edgeway/balancing';
import { atFirst, observe, type Health, type Observation, type Thresholds } from '@edgeway/health';
import type { Logger } from '@edgeway/telemetry';

export interface HealthCheckerOptions {
  readonly pool: Pool;
  readonly thresholds: Thresholds;
  readonly intervalMs: number;
  readonly probe: (address: string) => Promise<boolean>;
  readonly log: Logger;
}

export interface HealthChecker {
  /** Probes now: called when members have come. */
  check(): Promise<void>;
  /** Live traffic found nobody listening: no threshold is needed to believe that. */
  refused(endpoint: Endpoint): void;
  stop(): void;
}

/**
 * Probes every endpoint of a pool and folds the answers, by rise and fall, into `available`. One that
 * has just come is taken at its word until its first probe, which is at once: a balancer that has
 * just started would otherwise refuse what it could serve.
 */
export function healthChecker({ pool, thresholds, intervalMs, probe, log }: HealthCheckerOptions): HealthChecker {
  const known = new WeakMap<Endpoint, Health>();
  const probing = new Set<Endpoint>();
  const settle = (endpoint: Endpoint, health: Health): void => {
    known.set(endpoint, health);
    const available = health.status === 'healthy';
    if (available !== endpoint.available)
      log.warn({ endpoint: endpoint.address, status: health.status }, 'health changed');
    endpoint.available = available;
  };
  const checkOne = async (endpoint: Endpoint): Promise<void> => {
    // An old answer must not come after a newer one.
    if (probing.has(endpoint)) return;
    probing.add(endpoint);
    const observation: Observation = (await probe(endpoint.address)) ? 'success' : 'failure';
    probing.delete(endpoint);
    settle(endpoint, observe(known.get(endpoint) ?? atFirst(thresholds), observation, thresholds));
  };
  const check = async (): Promise<void> => void (await Promise.all(pool.endpoints.map(checkOne)));
  const timer = setInterval(() => void check(), intervalMs);
  return {
    check,
    refused: (endpoint) => settle(endpoint, { status: 'unhealthy', successes: 0 }),
    stop: () => clearInterval(timer),
  };
}
