import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  createPool,
  strategyByName,
  type Endpoint,
  type Lease,
  type Member,
  type Pool,
  type PooledEndpoint,
  type PoolSettings,
} from '@edgeway/balancing';
import { ConfigError } from '@edgeway/config';
import type { Address, Discovery, Watch } from '@edgeway/discovery';
import { retryBudget, type RetryBudget } from '@edgeway/resilience';
import type { Logger } from '@edgeway/telemetry';
import type { PoolConfig } from '../config/schema.ts';
import type { MemberState } from '../workers/messages.ts';
import type { RequestView } from '../routing/request-view.ts';
import { affinityOf } from './affinity.ts';
import { addressOf } from './host-and-port.ts';
import type { PoolEvents } from './pool-events.ts';
import { poolHealth } from './pool-health.ts';
import { Queue } from './queue.ts';
import { sticky, type Sticky } from './sticky.ts';

/** A pool as an engine uses it: it picks, leases and reports; it does not know where members come from. */
export interface UpstreamPool {
  readonly name: string;
  /** How often a request may be tried in all. */
  readonly attempts: number;
  /** Statuses for which a safe request is asked elsewhere. */
  readonly retryStatuses: readonly number[];
  readonly timeouts: PoolConfig['timeouts'];
  /** Whether anyone can be asked. */
  readonly ready: boolean;
  readonly budget: RetryBudget;
  /** Those who wait for room. */
  readonly queue: Queue;
  readonly sticky: Sticky | undefined;
  /** The PROXY header that begins connections to endpoints, at L4. */
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
  /** Takes another configuration. Endpoints that stay keep their load, health and weight history. */
  configure(config: PoolConfig): void;
  setStrategy(strategy: PoolConfig['strategy']): void;
  /** Members and their health, for a pool that does not find them out itself. */
  told(members: readonly MemberState[]): void;
  close(): void;
}

export interface UpstreamPoolDeps {
  readonly discovery: Discovery;
  readonly log: Logger;
  readonly events: PoolEvents;
  /** Whether members and their health come from elsewhere, by {@link RunningPool.told}. Default false. */
  readonly told?: boolean;
  /** Live traffic found nobody at an endpoint. */
  readonly onRefused?: ((pool: string, address: string) => void) | undefined;
}

const clock = (): number => performance.now();

/** Follows the members of one configured pool, keeps their health, and hands them out. */
export function upstreamPool(name: string, first: PoolConfig, deps: UpstreamPoolDeps): RunningPool {
  const { discovery, log, events, told = false, onRefused } = deps;
  const queue = new Queue(queueOptions(first));
  const pool = createPool({
    ...settingsOf(first),
    strategy: strategyOf(first.strategy),
    clock,
    onRelease: () => queue.length > 0 && queue.next(),
  });
  const health = poolHealth(name, pool, { log, events, clock, probing: !told });
  let config = first;
  let budget = budgetOf(first);
  let stickyCookie = stickyOf(name, first);
  let watch: Watch | undefined;
  const join = (members: readonly Member[]): void => {
    pool.setMembers(members);
    const addresses = members.map(({ address }) => address);
    log.info({ pool: name, endpoints: addresses }, 'members');
    events.emit({ kind: 'members', pool: name, endpoints: addresses });
    health.membersChanged();
  };
  const follow = ({ endpoints }: PoolConfig): void => {
    if (told) return;
    watch?.close();
    watch = 'service' in endpoints ? discovery.watch(endpoints, (found) => join(membersOf(found))) : undefined;
    if ('static' in endpoints) join(endpoints.static);
  };
  health.configure(first);
  follow(first);
  const running: RunningPool = {
    name,
    pool,
    queue,
    get config() {
      return config;
    },
    get attempts() {
      return config.retry.attempts;
    },
    get retryStatuses() {
      return config.retry.statuses;
    },
    get timeouts() {
      return config.timeouts;
    },
    get budget() {
      return budget;
    },
    get sticky() {
      return stickyCookie;
    },
    get proxyProtocol() {
      return config.proxyProtocol;
    },
    affinity: affinityFor(first.strategy),
    get ready() {
      return pool.endpoints.some(({ healthy, draining }) => healthy && !draining);
    },
    acquire: (exclude, affinityKey) =>
      pool.acquire(affinityKey === undefined ? noContext : { affinityKey }, exclude.size === 0 ? undefined : exclude),
    acquireAt: (address) => pool.acquireAt(address),
    isFull: () => pool.isFull(),
    refused(endpoint) {
      health.refused(endpoint as PooledEndpoint);
      onRefused?.(name, endpoint.address);
    },
    observed: (endpoint, well) => health.observed(endpoint as PooledEndpoint, well),
    told(members) {
      pool.setMembers(members);
      for (const [i, { healthy, draining }] of members.entries()) {
        pool.endpoints[i]!.healthy = healthy;
        pool.endpoints[i]!.draining = draining;
      }
      health.membersChanged();
    },
    setStrategy(strategy) {
      pool.strategy = strategyOf(strategy);
      running.affinity = affinityFor(strategy);
      config = { ...config, strategy };
    },
    configure(next) {
      const before = config;
      const changed = (...keys: (keyof PoolConfig)[]): boolean =>
        keys.some((key) => !isDeepStrictEqual(before[key], next[key]));
      // First what may be refused: then nothing has changed yet.
      if (changed('sticky')) stickyCookie = stickyOf(name, next);
      pool.configure(settingsOf(next));
      queue.configure(queueOptions(next));
      if (changed('strategy')) running.setStrategy(next.strategy);
      if (changed('retry')) budget = budgetOf(next);
      config = next;
      if (changed('health', 'ejection')) health.configure(next);
      if (changed('endpoints')) follow(next);
    },
    close() {
      watch?.close();
      health.close();
    },
  };
  return running;
}

const settingsOf = ({ limits, slowStartSeconds, panicPercent, zone }: PoolConfig): PoolSettings => ({
  maxInFlight: limits.connectionsPerEndpoint,
  slowStartMs: slowStartSeconds * 1000,
  panicPercent,
  zone,
});
const queueOptions = ({ limits }: PoolConfig) => ({ length: limits.queued, waitMs: limits.queueSeconds * 1000 });
const budgetOf = ({ retry }: PoolConfig): RetryBudget =>
  retryBudget({ percent: retry.budgetPercent, perSecond: retry.budgetPerSecond, clock });

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
