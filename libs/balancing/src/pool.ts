import { candidatesOf, type CandidateOptions, type Candidates } from './candidates.ts';
import type { Endpoint } from './endpoint.ts';
import { CountedLease, type Lease, type Outcome } from './lease.ts';
import type { Clock } from './load/clock.ts';
import { PooledEndpoint, type Member } from './pooled-endpoint.ts';
import { warmUp } from './slow-start.ts';
import type { PickContext, Strategy } from './strategy.ts';

/** What may change while a pool is in use. */
export interface PoolSettings extends Partial<CandidateOptions> {
  /** Leases one endpoint may have at once. Default: no limit. */
  readonly maxInFlight?: number;
  /** How long an endpoint that came back takes to its full share. Default 0: at once. */
  readonly slowStartMs?: number;
}

export interface PoolOptions extends PoolSettings {
  readonly strategy: Strategy;
  /** For slow start and for strategies that measure. Default: one that stands still. */
  readonly clock?: Clock;
  /** Whether a member that has just come may be picked before its first probe. Default true. */
  readonly availableAtFirst?: boolean;
  /** Told whenever a lease has ended: someone may be waiting for room. */
  readonly onRelease?: () => void;
}

/** A set of endpoints and the strategy that chooses among them. */
export interface Pool {
  readonly endpoints: readonly PooledEndpoint[];
  /** May be replaced at any moment; the load of endpoints stays with them. */
  strategy: Strategy;
  configure(settings: PoolSettings): void;
  /** Whether so few are available that all are tried. */
  readonly panic: boolean;
  /** Replaces the membership. Whoever stays keeps load, status and history; whoever left finishes what it has. */
  setMembers(members: readonly Member[]): void;
  /** Picks among those that can take it and are not in `exclude` (those a retry has tried), and counts the load. */
  acquire(context?: PickContext, exclude?: ReadonlySet<Endpoint>): Lease | undefined;
  /** Leases this endpoint, whatever the strategy would say, if it is one that may be picked: for clients that stick. */
  acquireAt(address: string): Lease | undefined;
  /** Whether it is for lack of room alone that nothing can be leased. */
  isFull(exclude?: ReadonlySet<Endpoint>): boolean;
}

const nothing: PickContext = {};

const withDefaults = ({ maxInFlight = Infinity, slowStartMs = 0, panicPercent = 0, zone }: PoolSettings) => ({
  maxInFlight,
  slowStartMs,
  panicPercent,
  zone,
});

export function createPool(options: PoolOptions): Pool {
  const { clock = () => 0, availableAtFirst = true, onRelease } = options;
  let { strategy } = options;
  let settings = withDefaults(options);
  let endpoints: readonly PooledEndpoint[] = [];
  let candidates: Candidates | undefined;
  let warming = false;

  const startWarm = (endpoint: PooledEndpoint): void => {
    if (settings.slowStartMs === 0) return;
    endpoint.warmingSince = clock();
    warming = true;
  };
  const changed = (endpoint: PooledEndpoint, cameBack: boolean): void => {
    candidates = undefined;
    if (cameBack) startWarm(endpoint);
  };
  const current = (): Candidates => {
    if (warming) {
      if (warmUp(endpoints, settings.slowStartMs, clock())) candidates = undefined;
      warming = endpoints.some(({ warmingSince }) => warmingSince !== undefined);
    }
    return (candidates ??= candidatesOf(endpoints, settings));
  };
  const ended = (lease: CountedLease, outcome: Outcome): void => {
    const elapsed = lease.settle(clock(), outcome);
    if (outcome === 'done') strategy.observe?.(lease.endpoint, elapsed);
    onRelease?.();
  };
  const lease = (endpoint: PooledEndpoint): Lease => new CountedLease(endpoint, clock(), ended);
  const hasRoom = (endpoint: Endpoint): boolean => endpoint.inFlight < settings.maxInFlight;

  return {
    get endpoints() {
      return endpoints;
    },
    get strategy() {
      return strategy;
    },
    set strategy(next) {
      strategy = next;
    },
    configure(next) {
      settings = withDefaults(next);
      candidates = undefined;
    },
    get panic() {
      return current().panic;
    },
    setMembers(members) {
      const known = new Map(endpoints.map((endpoint) => [endpoint.address, endpoint]));
      // By address, since discovery may name one twice.
      const unique = new Map(members.map((member) => [member.address, member]));
      const boot = endpoints.length === 0;
      endpoints = Array.from(unique.values(), (member) => {
        const endpoint = known.get(member.address) ?? new PooledEndpoint(member, availableAtFirst, changed);
        if (known.has(member.address)) {
          endpoint.update(member);
        } else if (!boot) startWarm(endpoint);
        return endpoint;
      });
      candidates = undefined;
    },
    acquire(context = nothing, exclude) {
      for (const tier of current().tiers) {
        // The list itself as long as it will do: strategies keep what they derive from it.
        const picked = strategy.pick(tier, context) as PooledEndpoint;
        if (hasRoom(picked) && exclude?.has(picked) !== true) return lease(picked);
        const rest = tier.filter((endpoint) => hasRoom(endpoint) && exclude?.has(endpoint) !== true);
        const other = strategy.pick(rest, context) as PooledEndpoint | undefined;
        if (other !== undefined) return lease(other);
      }
      return undefined;
    },
    acquireAt(address) {
      for (const tier of current().tiers) {
        const found = tier.find((endpoint) => endpoint.address === address && hasRoom(endpoint));
        if (found !== undefined) return lease(found);
      }
      return undefined;
    },
    isFull: (exclude) =>
      current().tiers.some((tier) => tier.some((endpoint) => !hasRoom(endpoint) && exclude?.has(endpoint) !== true)),
  };
}
