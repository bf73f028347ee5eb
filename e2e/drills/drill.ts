import type { Lab } from './lab/lab.ts';
import type { Seen } from './steady-load.ts';

/** What a drill found. Figures are of the requests from the fault on. */
export interface DrillResult {
  readonly name: string;
  readonly requests: number;
  /** Not answered 2xx. All are GETs, asked once, while someone healthy is there. */
  readonly failed: number;
  /** Of those asked after the balancer had noticed. */
  readonly failedAfterDetection: number;
  /** From the fault until the balancer acted on it; `undefined`: it did not. */
  readonly detectionMs: number | undefined;
  /** From the mending until the endpoint answers clients again; `undefined`: not while the drill lasted. */
  readonly recoveryMs: number | undefined;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the requests while the fault lasted, what the faulty endpoint answered. */
  readonly victimPercent: number | undefined;
  readonly note: string;
}

/** A drill that this version of edge-lb has no means for yet. */
export interface NotMeasured {
  readonly name: string;
  readonly notMeasured: string;
}

/** One kind of fault, practised once. */
export interface Drill {
  readonly name: string;
  /** The most safe requests that may fail; `undefined` where it is bounded by detection. */
  readonly mayFail?: number;
  run(lab: Lab): Promise<DrillResult | NotMeasured>;
}

export interface Observed {
  readonly faultAt: number;
  readonly detectedAt?: number | undefined;
  readonly mendedAt?: number | undefined;
  readonly recoveredAt?: number | undefined;
  readonly victim?: string;
  readonly note?: string;
}

export const isFailed = ({ status }: Seen): boolean => status < 200 || status > 299;

/** Sums up what clients saw. */
export function resultOf(name: string, all: readonly Seen[], observed: Observed): DrillResult {
  const { faultAt, detectedAt, mendedAt, recoveredAt, victim, note } = observed;
  const seen = all.filter(({ at }) => at >= faultAt);
  const failed = all.filter(isFailed);
  const during = seen.filter(({ at }) => at < (mendedAt ?? Infinity));
  const byVictim = during.filter(({ servedBy }) => servedBy === victim).length;
  const latencies = seen.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const since = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : Math.max(0, Math.round(to - from));
  return {
    name,
    requests: all.length,
    failed: failed.length,
    failedAfterDetection: failed.filter(({ at }) => at > (detectedAt ?? Infinity)).length,
    detectionMs: since(faultAt, detectedAt),
    recoveryMs: since(mendedAt, recoveredAt),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    victimPercent: victim === undefined ? undefined : Math.round((byVictim * 1000) / during.length) / 10,
    note: [note, kindsOf(failed)].filter(Boolean).join('; '),
  };
}

function quantile(sorted: readonly number[], part: number): number {
  return Math.round((sorted[Math.ceil(sorted.length * part) - 1] ?? 0) * 10) / 10;
}

/** `504 ×12, ECONNRESET ×1`. */
function kindsOf(failed: readonly Seen[]): string {
  const counts = new Map<string, number>();
  for (const { status, error } of failed) {
    const kind = error ?? String(status);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${kind} ×${count}`).join(', ');
}
