import type { Address } from '@edgeway/discovery';
import type { Reload } from '@edgeway/service-kit';
import type { ListenerConfig } from '../config/schema.ts';
import type { PoolEvents } from '../pools/pool-events.ts';
import type { RunningPool } from '../pools/upstream-pool.ts';
import type { Metrics } from './metrics.ts';

export interface ManagedListener {
  readonly name: string;
  readonly address: Address;
  readonly protocol: ListenerConfig['protocol'];
}

/** The running balancer, as the internal API sees and changes it. */
export interface Managed {
  /** Asked for each request: a reload replaces pools. */
  pools(): ReadonlyMap<string, RunningPool>;
  listeners(): readonly ManagedListener[];
  readonly events: PoolEvents;
  readonly metrics: Metrics;
  /** Whether `/readyz` says yes. */
  ready(): boolean;
  /** Told after a change to a pool or its endpoints: for the workers of a primary, whose pools are others. */
  onChange?: ((pool: string, what: 'strategy' | 'endpoints') => void) | undefined;
  /** Reads the file again, and emits the `reload` event. Absent where there is no file. */
  reload?: (() => Promise<Reload>) | undefined;
}
