import type { PooledEndpoint } from './pooled-endpoint.ts';

export interface CandidateOptions {
  /**
   * When fewer than this part of the members is available, health is disbelieved and all are tried:
   * spreading what is left over too few would take them down as well (Envoy's panic threshold).
   * Percent; 0 is never.
   */
  readonly panicPercent: number;
  /** Members here are preferred, while at least half of them are available. */
  readonly zone: string | undefined;
}

/** Who may be picked, best first: a later list is asked when nobody in those before it has room. */
export interface Candidates {
  readonly tiers: readonly (readonly PooledEndpoint[])[];
  readonly panic: boolean;
}

export function candidatesOf(
  endpoints: readonly PooledEndpoint[],
  { panicPercent, zone }: CandidateOptions,
): Candidates {
  const staying = endpoints.filter(({ draining }) => !draining);
  const well = staying.filter((endpoint) => endpoint.available);
  // Ejection prefers others to an endpoint that fails; where there are none, it would only add to the failures.
  const available = well.length > 0 ? well : staying.filter(({ healthy }) => healthy);
  const panic = available.length * 100 < panicPercent * staying.length;
  const usable = panic ? staying : available;
  const primaries = usable.filter(({ backup }) => !backup);
  const tiers = [
    zone === undefined ? [] : nearby(staying, primaries, zone),
    primaries,
    usable.filter(({ backup }) => backup),
  ];
  return { tiers: tiers.filter((tier) => tier.length > 0), panic };
}

function nearby(members: readonly PooledEndpoint[], usable: readonly PooledEndpoint[], zone: string): PooledEndpoint[] {
  const here = (endpoint: PooledEndpoint): boolean => endpoint.zone === zone && !endpoint.backup;
  const near = usable.filter(here);
  // Else the few that are left would carry what was meant for all of them.
  return near.length * 2 >= members.filter(here).length ? near : [];
}
