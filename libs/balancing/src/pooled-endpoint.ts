import type { Endpoint } from './endpoint.ts';

/** A member as discovery or a config file names it. */
export interface Member {
  /** `host:port` */
  readonly address: string;
  /** Default 1. */
  readonly weight?: number;
  /** Takes traffic only while no other member can. Default false. */
  readonly backup?: boolean | undefined;
  /** Where it runs; see {@link PoolOptions.zone}. */
  readonly zone?: string | undefined;
}

/** An endpoint and all that a pool knows of it. Whoever learns something about it says so here. */
export class PooledEndpoint implements Endpoint {
  readonly address: string;
  backup: boolean;
  zone: string | undefined;
  inFlight = 0;
  /** The share in force; below {@link configuredWeight} while the endpoint warms up. */
  weight: number;
  /** Since when it warms up, by the pool's clock; `undefined` when it does not. */
  warmingSince: number | undefined;
  /** Leases ended, how many of them in failure, and a moving average of how long they were held. */
  readonly totals = { ended: 0, failed: 0, averageMs: 0 };
  /** As its member was described last: an operator's weight stays until that changes. */
  private memberWeight: number;
  private ownWeight: number;
  private isHealthy: boolean;
  private isEjected = false;
  private isDraining = false;
  private readonly onChange: (endpoint: PooledEndpoint, cameBack: boolean) => void;

  constructor(
    { address, weight = 1, backup = false, zone }: Member,
    healthy: boolean,
    onChange: (endpoint: PooledEndpoint, cameBack: boolean) => void,
  ) {
    this.address = address;
    this.weight = this.ownWeight = this.memberWeight = weight;
    this.backup = backup;
    this.zone = zone;
    this.isHealthy = healthy;
    this.onChange = onChange;
  }

  /** The same member, described anew. */
  update({ weight = 1, backup = false, zone }: Member): void {
    this.backup = backup;
    this.zone = zone;
    if (weight === this.memberWeight) return;
    this.memberWeight = weight;
    this.configuredWeight = weight;
  }

  get available(): boolean {
    return this.isHealthy && !this.isEjected && !this.isDraining;
  }

  /** The same as {@link healthy}, for whoever knows one kind of trouble only. */
  set available(healthy: boolean) {
    this.healthy = healthy;
  }

  /** What probes, or a refused connection, say. */
  get healthy(): boolean {
    return this.isHealthy;
  }

  set healthy(healthy: boolean) {
    if (healthy === this.isHealthy) return;
    this.isHealthy = healthy;
    this.onChange(this, this.available);
  }

  /** Taken out for failing live traffic (see `@edgeway/health`, outliers). */
  get ejected(): boolean {
    return this.isEjected;
  }

  set ejected(ejected: boolean) {
    if (ejected === this.isEjected) return;
    this.isEjected = ejected;
    this.onChange(this, this.available);
  }

  /** Taken out by an operator: finishes what it has, gets nothing new, not even in a panic. */
  get draining(): boolean {
    return this.isDraining;
  }

  set draining(draining: boolean) {
    if (draining === this.isDraining) return;
    this.isDraining = draining;
    this.onChange(this, this.available);
  }

  get configuredWeight(): number {
    return this.ownWeight;
  }

  set configuredWeight(weight: number) {
    if (weight === this.ownWeight) return;
    this.ownWeight = this.weight = weight;
    this.onChange(this, false);
  }
}
