export interface BackoffOptions {
  /** Ceiling of the first wait. Default 25 ms. */
  readonly baseMs?: number;
  /** Ceiling of every wait. Default 250 ms. */
  readonly capMs?: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * How long to wait before attempt `n` (from 1): exponential with full jitter, which spreads
 * competing clients best for the same total work (M. Brooker, "Exponential Backoff And Jitter", 2015).
 */
export function backoff({ baseMs = 25, capMs = 250, random }: BackoffOptions): (attempt: number) => number {
  return (attempt) => random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
}
