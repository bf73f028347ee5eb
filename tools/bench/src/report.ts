import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** One measured number. `target` is the most it may be; without one it is for information. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it stands beside, measured in the same run. The target is then of the ratio. */
  readonly peer?: string;
  readonly peerValue?: number;
  readonly ratio?: number;
  /** The least and the greatest ratio of a round: what it is worth. */
  readonly ratioRange?: readonly [least: number, greatest: number];
  readonly target?: number;
  readonly met?: boolean;
}

export const figure = (name: string, value: number, unit: string, target?: number): Figure => ({
  name,
  value: Math.round(value * 10) / 10,
  unit,
  ...(target !== undefined && { target, met: value <= target }),
});

/** A table for people, and with a file name the same for programs. */
export function report(
  figures: readonly Figure[],
  notMeasured: readonly string[],
  jsonFile: string | undefined,
  versions: Readonly<Record<string, string>> = {},
): void {
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const each of figures) {
    const { name, value, unit, target, met, peer, peerValue, ratio, ratioRange } = each;
    const beside =
      ratio === undefined
        ? ''
        : `  ${peer} ${peerValue} ${unit}  × ${ratio}${ratioRange === undefined ? '' : ` (${ratioRange.join(' to ')})`}`;
    const most = ratio === undefined ? `${target} ${unit}` : `× ${target}`;
    const judged = target === undefined ? '' : `  target ≤ ${most}  ${met ? 'met' : 'MISSED'}`;
    process.stdout.write(`${name.padEnd(width)}  ${String(value).padStart(8)} ${unit.padEnd(2)}${beside}${judged}\n`);
  }
  for (const reason of notMeasured) process.stdout.write(`not measured: ${reason}\n`);
  if (jsonFile === undefined) return;
  const machine = {
    platform: process.platform,
    arch: process.arch,
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
  };
  writeFileSync(
    jsonFile,
    `${JSON.stringify({ machine, versions: { node: process.versions.node, ...versions }, figures, notMeasured }, null, 2)}\n`,
  );
}
