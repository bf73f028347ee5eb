import type { PooledEndpoint } from './pooled-endpoint.ts';

/** How a lease ended. A failure says nothing about how fast the endpoint is, and is not measured. */
export type Outcome = 'done' | 'failed';

/** One endpoint's promise to carry one request or connection. */
export interface Lease {
  readonly endpoint: PooledEndpoint;
  /** Gives the load back. Any further call does nothing, so that every way a request can end may call it. */
  release(outcome?: Outcome): void;
}

/** Of each new measurement in the average that the admin API shows. */
const averageWeight = 0.1;

/** @param onEnd is told once, with how long the lease was held. */
export class CountedLease implements Lease {
  readonly endpoint: PooledEndpoint;
  private held = true;
  private readonly since: number;
  private readonly onEnd: (lease: CountedLease, outcome: Outcome) => void;

  constructor(endpoint: PooledEndpoint, since: number, onEnd: (lease: CountedLease, outcome: Outcome) => void) {
    this.endpoint = endpoint;
    this.since = since;
    this.onEnd = onEnd;
    endpoint.inFlight++;
  }

  release(outcome: Outcome = 'done'): void {
    if (!this.held) return;
    this.held = false;
    this.endpoint.inFlight--;
    this.onEnd(this, outcome);
  }

  /** Adds this lease to its endpoint's totals, and returns how long it was held. */
  settle(now: number, outcome: Outcome): number {
    const { totals } = this.endpoint;
    const elapsed = now - this.since;
    totals.ended++;
    if (outcome === 'failed') totals.failed++;
    else totals.averageMs += (elapsed - totals.averageMs) * (totals.averageMs === 0 ? 1 : averageWeight);
    return elapsed;
  }
}
