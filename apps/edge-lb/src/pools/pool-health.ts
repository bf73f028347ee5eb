import type { Pool, PooledEndpoint } from '@edgeway/balancing';
import { outlierDetector, type OutlierDetector } from '@edgeway/health';
import type { Logger } from '@edgeway/telemetry';
import type { PoolConfig } from '../config/schema.ts';
import { healthChecker, type HealthChecker } from './health-checker.ts';
import type { PoolEvents } from './pool-events.ts';
import { httpProbe, tcpProbe } from './probe.ts';

/** What is known about the health of a pool's endpoints: what probes say, and what live traffic shows. */
export interface PoolHealth {
  configure(config: Pick<PoolConfig, 'health' | 'ejection'>): void;
  membersChanged(): void;
  /** Live traffic found nobody there. */
  refused(endpoint: PooledEndpoint): void;
  /** Live traffic was answered, well or not. */
  observed(endpoint: PooledEndpoint, well: boolean): void;
  close(): void;
}

export interface PoolHealthDeps {
  readonly log: Logger;
  readonly events: PoolEvents;
  readonly clock: () => number;
  /** Whether endpoints are probed; else their health is told by someone who does. */
  readonly probing: boolean;
}

export function poolHealth(name: string, pool: Pool, { log, events, clock, probing }: PoolHealthDeps): PoolHealth {
  let checker: HealthChecker | undefined;
  let outliers: OutlierDetector<PooledEndpoint> = outlierDetector();
  let sweep: NodeJS.Timeout | undefined;
  const eject = (endpoint: PooledEndpoint, ejected: boolean): void => {
    if (endpoint.ejected === ejected) return;
    endpoint.ejected = ejected;
    const status = ejected ? 'ejected' : 'returned';
    log.warn({ pool: name, endpoint: endpoint.address, status }, 'ejection changed');
    events.emit({ kind: 'ejection', pool: name, endpoint: endpoint.address, status });
  };
  const watchOutliers = ({ consecutiveErrors, ...rest }: PoolConfig['ejection']): void => {
    for (const endpoint of pool.endpoints) eject(endpoint, false);
    outliers = outlierDetector({ ...rest, consecutiveErrors: consecutiveErrors === 0 ? Infinity : consecutiveErrors });
    outliers.setMembers(pool.endpoints, clock());
    clearInterval(sweep);
    sweep = setInterval(() => {
      const { ejected, returned } = outliers.sweep(clock());
      for (const endpoint of ejected) eject(endpoint, true);
      for (const endpoint of returned) eject(endpoint, false);
    }, rest.intervalSeconds * 1000);
  };
  const check = (health: PoolConfig['health']): void => {
    checker?.stop();
    checker = healthChecker({
      pool,
      thresholds: health,
      intervalMs: health.intervalSeconds * 1000,
      probe: (address) =>
        health.tcp === true
          ? tcpProbe(address, health.timeoutSeconds * 1000)
          : httpProbe(address, health.http ?? '/readyz', health.timeoutSeconds * 1000),
      onPass: (endpoint) => outliers.readmit(endpoint, clock()) && eject(endpoint, false),
      onChange: ({ address, healthy }) =>
        events.emit({ kind: 'health', pool: name, endpoint: address, status: healthy ? 'healthy' : 'unhealthy' }),
      random: Math.random,
      log: log.child({ pool: name }),
    });
  };
  return {
    configure({ health, ejection }) {
      watchOutliers(ejection);
      if (probing) check(health);
    },
    membersChanged() {
      for (const endpoint of outliers.setMembers(pool.endpoints, clock())) eject(endpoint, false);
      void checker?.check();
    },
    refused(endpoint) {
      if (checker === undefined) endpoint.healthy = false;
      else checker.refused(endpoint);
    },
    observed(endpoint, well) {
      if (outliers.observe(endpoint, well ? 'success' : 'error', clock())) eject(endpoint, true);
    },
    close() {
      checker?.stop();
      clearInterval(sweep);
    },
  };
}
