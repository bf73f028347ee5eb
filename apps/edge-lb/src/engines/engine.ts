import type { Address } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import type { UpstreamPool } from '../pools/upstream-pool.ts';

/** What a listener serves, whichever engine relays. */
export interface Front {
  readonly address: Address;
  /** The pool of a path; `undefined` is answered with ROUTE_NOT_FOUND. */
  route(path: string): UpstreamPool | undefined;
  /** Whether `/readyz` says yes. */
  ready(): boolean;
  readonly trustedHops: number;
  /** Sent as X-Served-By with the balancer's own answers. */
  readonly instance: string;
  readonly log: Logger;
}

export interface Listening {
  readonly address: Address;
  /** Stops accepting and settles when all in flight is done. */
  drain(): Promise<void>;
}

/**
 * The data plane: accepts, parses, picks by the front's route and pool, relays, releases. Everything
 * else (config, membership, health, lifecycle) is shared between engines.
 */
export interface Engine {
  readonly name: string;
  listen(front: Front): Promise<Listening>;
}
