import type { Endpoint } from '../endpoint.ts';
import { inFlightPerWeight, type Load } from '../load/in-flight-per-weight.ts';
import type { Strategy } from '../strategy.ts';
import { roundRobin } from './round-robin.ts';

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
  const among = roundRobin();
  return {
    name: 'least-connections',
    pick(endpoints, context) {
      const least: Endpoint[] = [];
      let lowest = Infinity;
      for (const endpoint of endpoints) {
        const mine = load(endpoint);
        if (mine > lowest) continue;
        if (mine < lowest) least.length = 0;
        lowest = mine;
        least.push(endpoint);
      }
      return among.pick(least, context);
    },
  };
}
