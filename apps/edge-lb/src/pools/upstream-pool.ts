import { createPool, strategyByName, type Endpoint, type Lease, type Member } from '@edgeway/balancing';
import type { Address, Discovery } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import type { PoolConfig } from '../config/schema.ts';
import { healthChecker } from './health-checker.ts';
import { addressOf } from './host-and-port.ts';
import { probe } from './probe.ts';

/** A pool as an engine uses it: it picks, leases and reports; it does not know where members come from. */
export interface UpstreamPool {
  readonly name: string;
  readonly attempts: number;
  readonly timeouts: PoolConfig['timeouts'];
  readonly ready: boolean;
  acquire(exclude: ReadonlySet<Endpoint>): Lease | undefined;
  refused(endpoint: Endpoint): void;
  close(): void;
}

/** Follows the members of one configured pool and keeps their health. */
export function upstreamPool(name: string, config: PoolConfig, discovery: Discovery, log: Logger): UpstreamPool {
  const { endpoints, health, retry, timeouts } = config;
  const clock = (): number => performance.now();
  const pool = createPool({ strategy: strategyByName(config.strategy, { random: Math.random, clock }), clock });
  const checker = healthChecker({
    pool,
    thresholds: health,
    intervalMs: health.intervalSeconds * 1000,
    probe: (address) => probe(address, health.http, health.timeoutSeconds * 1000),
    log: log.child({ pool: name }),
  });
  const join = (members: readonly Member[]): void => {
    pool.setMembers(members);
    log.info({ pool: name, endpoints: members.map(({ address }) => address) }, 'members');
    void checker.check();
  };
  const watch = 'service' in endpoints ? discovery.watch(endpoints, (found) => join(membersOf(found))) : undefined;
  if ('static' in endpoints) join(endpoints.static);
  return {
    name,
    attempts: retry.attempts,
    timeouts,
    get ready() {
      return pool.endpoints.some(({ available }) => available);
    },
    acquire: (exclude) => pool.acquire({}, exclude),
    refused: (endpoint) => checker.refused(endpoint),
    close() {
      watch?.close();
      checker.stop();
    },
  };
}

const membersOf = (addresses: readonly Address[]): Member[] =>
  addresses.map((found) => ({ address: addressOf(found) }));
