import { readFileSync } from 'node:fs';
import {
  createPool,
  strategyByName,
  type Endpoint,
  type Lease,
  type Member,
  type Pool,
  type PooledEndpoint,
} from '@edgeway/balancing';
import { ConfigError } from '@edgeway/config';
import type { Address, Discovery } from '@edgeway/discovery';
import { outlierDetector } from '@edgeway/health';
import { retryBudget, type RetryBudget } from '@edgeway/resilience';
import type { Logger } from '@edgeway/telemetry';
import type { PoolConfig } from '../config/schema.ts';
import type { RequestView } from '../routing/request-view.ts';
import { affinityOf } from './affinity.ts';
import { healthChecker } from './health-checker.ts';
import { addressOf } from './host-and-port.ts';
import type { PoolEvents } from './pool-events.ts';
import { httpProbe, tcpProbe } from './probe.ts';
import { Queue } from './queue.ts';
import { sticky, type Sticky } from './sticky.ts';

/** A pool as an engine uses it: it picks, leases and reports; it does not know where members come from. */
export interface UpstreamPool {
  readonly name: string;
  /** How often a request may be tried in all. */
  readonly attempts: number;
  readonly timeouts: PoolConfig['timeouts'];
  /** Whether anyone can be asked. */
  readonly ready: boolean;
  readonly budget: RetryBudget;
  /** Those who wait for room. */
  readonly queue: Queue;
  readonly sticky: Sticky | undefined;
  readonly proxyProtocol: PoolConfig['proxyProtocol'];
  /** What a hashing strategy goes by; absent for others. */
  affinity: ((request: RequestView) => string | undefined) | undefined;
  acquire(exclude: ReadonlySet<Endpoint>, affinityKey?: string): Lease | undefined;
  /** The endpoint a client sticks to, if it can be had. */
  acquireAt(address: string): Lease | undefined;
  /** Whether it is for lack of room alone that nothing can be leased. */
  isFull(): boolean;
  /** Live traffic found nobody there. */
  refused(endpoint: Endpoint): void;
  /** Live traffic was answered, well or not. */
  observed(endpoint: Endpoint, well: boolean): void;
}

/** The same, for whoever configures and watches it. */
export interface RunningPool extends UpstreamPool {
  readonly pool: Pool;
  readonly config: PoolConfig;
  setStrategy(strategy: PoolConfig['strategy']): void;
  close(): void;
}

export interface UpstreamPoolDeps {
  readonly discovery: Discovery;
  readonly log: Logger;
  readonly events: PoolEvents;
}

const clock = (): number => performance.now();

/** Follows the members of one configured pool, keeps their health, and hands them out. */
export function upstreamPool(
  name: string,
  config: PoolConfig,
  { discovery, log, events }: UpstreamPoolDeps,
): RunningPool {
  const { endpoints, health, ejection, retry, timeouts, limits } = config;
  const queue = new Queue({ length: limits.queued, waitMs: limits.queueSeconds * 1000 });
  const pool = createPool({
    strategy: strategyOf(config.strategy),
    clock,
    maxInFlight: limits.connectionsPerEndpoint,
    slowStartMs: config.slowStartSeconds * 1000,
    panicPercent: config.panicPercent,
    zone: config.zone,
    onRelease: () => queue.length > 0 && queue.next(),
  });
  const outliers = outlierDetector<PooledEndpoint>({
    ...ejection,
    consecutiveErrors: ejection.consecutiveErrors === 0 ? Infinity : ejection.consecutiveErrors,
  });
  const eject = (endpoint: PooledEndpoint, ejected: boolean): void => {
    endpoint.ejected = ejected;
    const status = ejected ? 'ejected' : 'returned';
    log.warn({ pool: name, endpoint: endpoint.address, status }, 'ejection changed');
    events.emit({ kind: 'ejection', pool: name, endpoint: endpoint.address, status });
  };
  const checker = healthChecker({
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
  const sweep = setInterval(() => {
    const { ejected, returned } = outliers.sweep(clock());
    for (const endpoint of ejected) eject(endpoint, true);
    for (const endpoint of returned) eject(endpoint, false);
  }, ejection.intervalSeconds * 1000);
  const join = (members: readonly Member[]): void => {
    pool.setMembers(members);
    for (const endpoint of outliers.setMembers(pool.endpoints, clock())) eject(endpoint, false);
    const addresses = members.map(({ address }) => address);
    log.info({ pool: name, endpoints: addresses }, 'members');
    events.emit({ kind: 'members', pool: name, endpoints: addresses });
    void checker.check();
  };
  const watch = 'service' in endpoints ? discovery.watch(endpoints, (found) => join(membersOf(found))) : undefined;
  if ('static' in endpoints) join(endpoints.static);
  const running: RunningPool = {
    name,
    config,
    pool,
    attempts: retry.attempts,
    timeouts,
    budget: retryBudget({ percent: retry.budgetPercent, perSecond: retry.budgetPerSecond, clock }),
    queue,
    sticky: stickyOf(name, config),
    proxyProtocol: config.proxyProtocol,
    affinity: affinityFor(config.strategy),
    get ready() {
      return pool.endpoints.some(({ healthy, draining }) => healthy && !draining);
    },
    acquire: (exclude, affinityKey) =>
      pool.acquire(affinityKey === undefined ? noContext : { affinityKey }, exclude.size === 0 ? undefined : exclude),
    acquireAt: (address) => pool.acquireAt(address),
    isFull: () => pool.isFull(),
    refused: (endpoint) => checker.refused(endpoint as PooledEndpoint),
    observed(endpoint, well) {
      if (outliers.observe(endpoint as PooledEndpoint, well ? 'success' : 'error', clock()))
        eject(endpoint as PooledEndpoint, true);
    },
    setStrategy(strategy) {
      pool.strategy = strategyOf(strategy);
      running.affinity = affinityFor(strategy);
    },
    close() {
      watch?.close();
      checker.stop();
      clearInterval(sweep);
    },
  };
  return running;
}

const noContext = {};
const membersOf = (addresses: readonly Address[]): Member[] =>
  addresses.map((found) => ({ address: addressOf(found) }));

const affinityFor = ({ key }: PoolConfig['strategy']): UpstreamPool['affinity'] =>
  key === undefined ? undefined : affinityOf(key);

function strategyOf({ name, decaySeconds, loadPercent }: PoolConfig['strategy']) {
  const options = {
    ...(decaySeconds === undefined ? {} : { decayMs: decaySeconds * 1000 }),
    ...(loadPercent === undefined ? {} : { balanceFactor: loadPercent / 100 }),
  };
  return strategyByName(name, { random: Math.random, clock }, options);
}

/** @throws ConfigError when the file that signs the cookie cannot be read, or is too short to be secret. */
function stickyOf(pool: string, { sticky: config }: PoolConfig): Sticky | undefined {
  if (config === undefined) return undefined;
  const path = `pools.${pool}.sticky.secretFile`;
  let secret: string;
  try {
    secret = readFileSync(config.secretFile, 'utf8').trim();
  } catch (error) {
    throw new ConfigError('edge-lb.yaml', [{ path, message: `cannot be read: ${String(error)}` }], error);
  }
  if (secret.length < 32)
    throw new ConfigError('edge-lb.yaml', [{ path, message: 'must hold at least 32 characters' }]);
  return sticky({ cookie: config.cookie, secret, secure: config.secure });
}
