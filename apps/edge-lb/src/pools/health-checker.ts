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

/** Probes every endpoint of a pool and folds the answers, by rise and fall, into `available`. */
export function healthChecker({ pool, thresholds, intervalMs, probe, log }: HealthCheckerOptions): HealthChecker {
  const known = new WeakMap<Endpoint, Health>();
  const settle = (endpoint: Endpoint, health: Health): void => {
    known.set(endpoint, health);
    const available = health.status === 'healthy';
    if (available !== endpoint.available)
      log.warn({ endpoint: endpoint.address, status: health.status }, 'health changed');
    endpoint.available = available;
  };
  const checkOne = async (endpoint: Endpoint): Promise<void> => {
    const observation: Observation = (await probe(endpoint.address)) ? 'success' : 'failure';
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
