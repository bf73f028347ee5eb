import type { Member } from '@edgeway/balancing';
import type { Snapshot } from '../admin/metrics.ts';
import type { EdgeConfig } from '../config/schema.ts';

/** An endpoint as the primary knows it. */
export interface MemberState extends Member {
  readonly healthy: boolean;
  readonly draining: boolean;
}

/** What the primary tells its workers. */
export type FromPrimary =
  | { readonly kind: 'members'; readonly pool: string; readonly members: readonly MemberState[] }
  | { readonly kind: 'strategy'; readonly pool: string; readonly strategy: EdgeConfig['pools'][string]['strategy'] }
  | { readonly kind: 'config'; readonly config: EdgeConfig };

/** A worker's part of an endpoint's load. */
export interface EndpointLoad {
  readonly pool: string;
  readonly address: string;
  readonly inFlight: number;
  readonly ended: number;
  readonly failed: number;
  readonly averageMs: number;
}

/** What a worker tells the primary. */
export type FromWorker =
  | { readonly kind: 'ready' }
  /** What it has counted since it began, and how its endpoints are; told every second. */
  | { readonly kind: 'load'; readonly metrics: Snapshot; readonly endpoints: readonly EndpointLoad[] }
  /** Live traffic found nobody there. */
  | { readonly kind: 'refused'; readonly pool: string; readonly address: string };

/** Set in the environment of a worker: its number. */
export const workerVariable = 'EDGEWAY_WORKER';
