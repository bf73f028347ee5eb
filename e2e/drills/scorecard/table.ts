import type { DrillResult } from '../drill.ts';

const widths = [11, 21, 12, 9, 9, 8, 8] as const;
const line = (cells: readonly string[], note: string): string =>
  `${cells.map((cell, at) => (at < 2 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join(' ')}  ${note}`.trimEnd() +
  '\n';

export const tableHead = (): string =>
  line(['drill', 'strategy', 'failed/asked', 'detect ms', 'recover ms', 'p50 ms', 'p99 ms'], '');

export function row(result: DrillResult, strategy: string): string {
  const { name, failed, requests, detectionMs, recoveryMs, p50Ms, p99Ms, victimPercent, note } = result;
  const numbers = [detectionMs ?? '-', recoveryMs ?? '-', p50Ms.toFixed(1), p99Ms.toFixed(1)].map(String);
  const victim = victimPercent === undefined ? '' : `the faulty one answered ${victimPercent} %`;
  return line([name, strategy, `${failed}/${requests}`, ...numbers], [victim, note].filter(Boolean).join('; '));
}

export const notMeasuredLine = (drill: string, strategy: string, why: string): string =>
  line([drill, strategy, '-', '-', '-', '-', '-'], `not measured: ${why}`);
