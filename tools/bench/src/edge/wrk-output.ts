/** What wrk says about a run. */
export interface WrkResult {
  readonly requests: number;
  readonly rps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const toMs: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1e3, m: 6e4 };

/**
 * Reads what `wrk --latency` prints.
 *
 * @throws Error when something failed: a figure of answers that were none would be flattering.
 */
export function parseWrk(output: string): WrkResult {
  const requests = Number(/(?<count>\d+) requests in/.exec(output)?.groups?.['count'] ?? 0);
  const failed = /Non-2xx or 3xx responses: \d+|Socket errors: (?!connect 0, read 0, write 0).*/.exec(output)?.[0];
  if (requests === 0 || failed !== undefined) throw new Error(`wrk: ${failed ?? 'nothing was answered'}`);
  return {
    requests,
    rps: Number(/Requests\/sec:\s+(?<rps>[\d.]+)/.exec(output)!.groups!['rps']),
    p50Ms: percentile(output, 50),
    p99Ms: percentile(output, 99),
  };
}

function percentile(output: string, percent: number): number {
  const line = new RegExp(String.raw`^\s+${percent}%\s+(?<value>[\d.]+)(?<unit>us|ms|s|m)`, 'm').exec(output);
  const { value, unit } = line!.groups!;
  return Number(value) * toMs[unit!]!;
}
