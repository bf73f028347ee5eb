import type { Endpoint, Lease } from '@edgeway/balancing';
import type { Address } from '@edgeway/discovery';

/** A pool as a relay of connections or datagrams uses it. */
export interface Upstream {
  readonly name: string;
  /** How many endpoints may be tried for one connection. */
  readonly attempts: number;
  readonly timeouts: {
    /** To reach an endpoint. */
    readonly connectSeconds: number;
    /** Without a byte in either direction. */
    readonly idleSeconds: number;
  };
  acquire(exclude: ReadonlySet<Endpoint>, affinityKey?: string): Lease | undefined;
  /** Live traffic found nobody there. */
  refused(endpoint: Endpoint): void;
}

/** A relay that listens. */
export interface Relaying {
  readonly address: Address;
  /** Sessions that have not ended. */
  readonly sessions: number;
  /** Takes no new sessions; settles when those there are have ended, or were cut at the deadline. */
  drain(): Promise<void>;
}
