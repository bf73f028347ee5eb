import type { Endpoint } from '../endpoint.ts';
import { inFlightPerWeight, type Load } from '../load/in-flight-per-weight.ts';
import type { Strategy } from '../strategy.ts';
import { credits, richest, type Credit } from './smooth-credit.ts';

export interface LeastConnectionsOptions {
  /** Default: {@link inFlightPerWeight}, which also counts what waits in a queue (HAProxy's leastconn). */
  readonly load?: Load;
}

/**
 * Takes the least loaded endpoint; ties go round by weight, so that an idle pool does not send
 * everything to its first member.
 *
 * Best where requests differ in cost or connections last. Sees only what went through this balancer:
 * many balancers that share a pool all flock to the same idle endpoint (power of two choices does
 * not), and an endpoint that fails fast looks idle. O(n) a pick.
 */
export function leastConnections({ load = inFlightPerWeight }: LeastConnectionsOptions = {}): Strategy {
  const creditsOf = credits();
  return {
    name: 'least-connections',
    pick(endpoints) {
      const owned = creditsOf(endpoints);
      const tied: Endpoint[] = [];
      const theirs: Credit[] = [];
      let lowest = Infinity;
      for (let i = 0; i < endpoints.length; i++) {
        const mine = load(endpoints[i]!);
        if (mine > lowest) continue;
        if (mine < lowest) tied.length = theirs.length = 0;
        lowest = mine;
        tied.push(endpoints[i]!);
        theirs.push(owned[i]!);
      }
      return richest(tied, theirs);
    },
  };
}
