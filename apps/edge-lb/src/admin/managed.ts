import type { Address } from '@edgeway/discovery';
import type { FieldFault } from '@edgeway/errors';
import type { ListenerConfig } from '../config/schema.ts';
import type { PoolEvents } from '../pools/pool-events.ts';
import type { RunningPool } from '../pools/upstream-pool.ts';
import type { Metrics } from './metrics.ts';

export interface ManagedListener {
  readonly name: string;
  readonly address: Address;
  readonly protocol: ListenerConfig['protocol'];
}

/** How reading the file again ended: all of it is in force, or nothing has changed. */
export type ReloadOutcome =
  | { readonly status: 'done' }
  | { readonly status: 'refused'; readonly faults: readonly FieldFault[] };

/** The running balancer, as the internal API sees and changes it. */
export interface Managed {
  /** Asked for each request: a reload replaces pools. */
  pools(): ReadonlyMap<string, RunningPool>;
  listeners(): readonly ManagedListener[];
  readonly events: PoolEvents;
  readonly metrics: Metrics;
  /** Whether `/readyz` says yes. */
  ready(): boolean;
  /** Reads the file again, and emits the `reload` event. Absent where there is no file. */
  reload?: (() => Promise<ReloadOutcome>) | undefined;
}
