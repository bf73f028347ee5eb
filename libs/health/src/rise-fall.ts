/**
 * Probed health of one endpoint. Thresholds in both directions keep one lost packet, or one lucky
 * answer, from moving traffic.
 *
 *     healthy ──fall failures in a row──▶ unhealthy
 *        ▲                                    │
 *        └────────rise successes in a row─────┘
 */
export type Health =
  | { readonly status: 'healthy'; readonly failures: number }
  | { readonly status: 'unhealthy'; readonly successes: number };

export interface Thresholds {
  /** Successes in a row that bring an endpoint back. Default 2 (HAProxy). */
  readonly rise: number;
  /** Failures in a row that take it out. Default 3 (HAProxy). */
  readonly fall: number;
}

export type Observation = 'success' | 'failure';

/** A newcomer is taken at its word, one failure from being taken out: it serves at once or not at all. */
export const atFirst = ({ fall }: Thresholds): Health => ({ status: 'healthy', failures: fall - 1 });

/** What is known after one more observation. */
export function observe(health: Health, observation: Observation, { rise, fall }: Thresholds): Health {
  if (health.status === 'healthy') {
    if (observation === 'success') return { status: 'healthy', failures: 0 };
    const failures = health.failures + 1;
    return failures >= fall ? { status: 'unhealthy', successes: 0 } : { status: 'healthy', failures };
  }
  if (observation === 'failure') return { status: 'unhealthy', successes: 0 };
  const successes = health.successes + 1;
  return successes >= rise ? { status: 'healthy', failures: 0 } : { status: 'unhealthy', successes };
}
