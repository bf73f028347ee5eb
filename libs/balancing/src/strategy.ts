import type { Endpoint } from './endpoint.ts';

/** What is known about the request when an endpoint is picked. */
export interface PickContext {
  /** Hashing strategies keep equal keys on one endpoint; others ignore it. */
  readonly affinityKey?: string;
}

/**
 * Chooses among endpoints; knows nothing of sockets, health checks or retries.
 *
 * @returns `undefined` when `endpoints` is empty: the caller turns that into its coded error.
 *   Strategies never throw and never pick outside the list. State they need about an endpoint is
 *   kept per endpoint, never by position: the list changes between picks.
 */
export interface Strategy {
  readonly name: string;
  /**
   * @param endpoints the same array while membership, availability and weights are the same, so that
   *   tables may be derived from it and kept.
   */
  pick(endpoints: readonly Endpoint[], context: PickContext): Endpoint | undefined;
  /** Told how long each lease was held, in milliseconds; for load metrics that measure. */
  observe?(endpoint: Endpoint, elapsedMs: number): void;
}
