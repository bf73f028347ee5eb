import type { RunningPool } from '../pools/upstream-pool.ts';
import type { EndpointLoad } from './messages.ts';

/** How the endpoints of these pools are, as a worker tells it. */
export const loadsOf = (pools: ReadonlyMap<string, RunningPool>): EndpointLoad[] =>
  [...pools].flatMap(([pool, running]) =>
    running.pool.endpoints.map(({ address, inFlight, totals }) => ({ pool, address, inFlight, ...totals })),
  );

/** Adds up what workers tell, into the primary's own endpoints: it leases none itself. */
export class WorkerLoads {
  private readonly latest = new Map<string, readonly EndpointLoad[]>();
  private readonly pools: ReadonlyMap<string, RunningPool>;

  constructor(pools: ReadonlyMap<string, RunningPool>) {
    this.pools = pools;
  }

  told(worker: string, loads: readonly EndpointLoad[]): void {
    this.latest.set(worker, loads);
    this.addUp();
  }

  /** It has ended: nothing of it is in flight any more. What it has done stays. */
  gone(worker: string): void {
    const loads = this.latest.get(worker);
    if (loads === undefined) return;
    this.latest.set(
      worker,
      loads.map((load) => ({ ...load, inFlight: 0 })),
    );
    this.addUp();
  }

  private addUp(): void {
    const all = [...this.latest.values()].flat();
    for (const [pool, running] of this.pools)
      for (const endpoint of running.pool.endpoints) {
        const loads = all.filter((load) => load.pool === pool && load.address === endpoint.address);
        const sum = (value: (load: EndpointLoad) => number): number => loads.reduce((so, load) => so + value(load), 0);
        endpoint.inFlight = sum(({ inFlight }) => inFlight);
        endpoint.totals.ended = sum(({ ended }) => ended);
        endpoint.totals.failed = sum(({ failed }) => failed);
        const weighted = sum(({ averageMs, ended }) => averageMs * ended);
        endpoint.totals.averageMs = endpoint.totals.ended === 0 ? 0 : weighted / endpoint.totals.ended;
      }
  }
}
