import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** One measured number. `target` is the most it may be; without one it is for information. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
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
export function report(figures: readonly Figure[], notMeasured: readonly string[], jsonFile: string | undefined): void {
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, value, unit, target, met } of figures) {
    const judged = target === undefined ? '' : `  target ≤ ${target} ${unit}  ${met ? 'met' : 'MISSED'}`;
    process.stdout.write(`${name.padEnd(width)}  ${String(value).padStart(8)} ${unit.padEnd(2)}${judged}\n`);
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
    `${JSON.stringify({ machine, versions: { node: process.versions.node }, figures }, null, 2)}\n`,
  );
}
