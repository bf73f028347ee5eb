import type { Endpoint } from './endpoint.ts';
import type { PickContext, Strategy } from './strategy.ts';

/** A member as discovery or a config file names it. */
export interface Member {
  /** `host:port` */
  readonly address: string;
  /** Default 1. */
  readonly weight?: number;
}

/** One endpoint's promise to carry one request. */
export interface Lease {
  readonly endpoint: Endpoint;
  /** Gives the load back. Any further call does nothing, so that every way a request can end may call it. */
  release(): void;
}

export interface PoolOptions {
  readonly strategy: Strategy;
  /** Whether a member that has just come may be picked before its first probe. Default true. */
  readonly availableAtFirst?: boolean;
}

/** A set of endpoints and the strategy that chooses among them. */
export interface Pool {
  readonly endpoints: readonly Endpoint[];
  /** Replaces the membership. Whoever stays keeps weight history, load and status; whoever left finishes what it has. */
  setMembers(members: readonly Member[]): void;
  /** Picks among the available endpoints that are not in `exclude` (those a retry has tried), and counts the load. */
  acquire(context?: PickContext, exclude?: ReadonlySet<Endpoint>): Lease | undefined;
}

export function createPool({ strategy, availableAtFirst = true }: PoolOptions): Pool {
  let endpoints: readonly Endpoint[] = [];
  return {
    get endpoints() {
      return endpoints;
    },
    setMembers(members) {
      const known = new Map(endpoints.map((endpoint) => [endpoint.address, endpoint]));
      // By address, since discovery may name one twice.
      const unique = new Map(members.map((member) => [member.address, member]));
      endpoints = [...unique.values()].map(({ address, weight = 1 }) => {
        const endpoint = known.get(address) ?? { address, weight, inFlight: 0, available: availableAtFirst };
        endpoint.weight = weight;
        return endpoint;
      });
    },
    acquire(context = {}, exclude) {
      const candidates = endpoints.filter((endpoint) => endpoint.available && exclude?.has(endpoint) !== true);
      const endpoint = strategy.pick(candidates, context);
      return endpoint === undefined ? undefined : lease(endpoint);
    },
  };
}

function lease(endpoint: Endpoint): Lease {
  let held = true;
  endpoint.inFlight++;
  return {
    endpoint,
    release() {
      if (held) endpoint.inFlight--;
      held = false;
    },
  };
}
