import type { Endpoint, Lease } from '@edgeway/balancing';
import type { Listening } from '../engines/engine.ts';

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
  /** The PROXY header that begins each connection to an endpoint. */
  readonly proxyProtocol: 'v1' | 'v2' | undefined;
  acquire(exclude: ReadonlySet<Endpoint>, affinityKey?: string): Lease | undefined;
  /** Live traffic found nobody there. */
  refused(endpoint: Endpoint): void;
}

/** A relay that listens. */
export interface Relaying extends Listening {
  /** Sessions that have not ended. */
  readonly sessions: number;
}
