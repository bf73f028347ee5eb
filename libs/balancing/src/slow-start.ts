import type { PooledEndpoint } from './pooled-endpoint.ts';

/** Weights move in steps: each is a new list, for which hashing strategies rebuild their tables. */
const steps = 10;

/**
 * Gives endpoints that have come back a linearly growing share, so that cold caches and connection
 * pools are not hit with everything at once (HAProxy's slowstart). Never at boot: all cold is no
 * reason to prefer anyone.
 *
 * @returns whether any weight changed.
 */
export function warmUp(endpoints: readonly PooledEndpoint[], slowStartMs: number, now: number): boolean {
  let changed = false;
  for (const endpoint of endpoints) {
    if (endpoint.warmingSince === undefined) continue;
    const step = Math.floor(((now - endpoint.warmingSince) / slowStartMs) * steps) + 1;
    const weight = (endpoint.configuredWeight * Math.min(step, steps)) / steps;
    if (step >= steps) endpoint.warmingSince = undefined;
    changed ||= weight !== endpoint.weight;
    endpoint.weight = weight;
  }
  return changed;
}
