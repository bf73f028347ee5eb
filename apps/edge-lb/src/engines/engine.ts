import type { Address } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import type { ListenerConfig, ListenerLimits } from '../config/schema.ts';
import type { Router } from '../routing/route.ts';
import type { Answered } from './answered.ts';

/** What a listener serves, whichever engine relays. */
export interface Front {
  /** The listener's name in the file. */
  readonly name: string;
  readonly address: Address;
  readonly protocol: 'http' | 'https';
  /** Whether other processes listen on the same port, and share its connections. */
  readonly reusePort: boolean;
  /** For https. */
  readonly tls: ListenerConfig['tls'];
  /** Whose connections begin with a PROXY header. */
  readonly proxyProtocolFrom: ((address: string | undefined) => boolean) | undefined;
  /** What is done with a request; `undefined` is answered with ROUTE_NOT_FOUND. */
  readonly route: Router;
  /** Whether `/readyz` says yes. */
  ready(): boolean;
  readonly trustedHops: number;
  readonly limits: ListenerLimits;
  /** Sent as X-Served-By with the balancer's own answers. */
  readonly instance: string;
  readonly log: Logger;
  /** Told of each answered request; absent when nobody wants to know. */
  readonly onAnswer?: ((answer: Answered) => void) | undefined;
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
