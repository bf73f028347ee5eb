import type { Endpoint } from '../endpoint.ts';
import type { Load } from './in-flight-per-weight.ts';

/** A load that learns from what requests took. */
export interface LoadMetric {
  readonly of: Load;
  /** @param elapsedMs how long a request to `endpoint`, which has just ended, took. */
  observe(endpoint: Endpoint, elapsedMs: number): void;
}
