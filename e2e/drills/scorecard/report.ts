import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { DrillResult } from '../drill.ts';
import { drills } from '../drills.ts';

/** One measured number, in the shape of `tools/bench`. `target` is the most it may be. */
interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: number;
  readonly met?: boolean;
}

interface Measured {
  readonly strategy: string;
  readonly result: DrillResult;
}

/** Judges the results, writes them for programs with a file name, and tells whether all targets are met. */
export function report(
  measured: readonly Measured[],
  notMeasured: readonly string[],
  file: string | undefined,
): boolean {
  const slowP99 = (strategy: string): number | undefined =>
    measured.find(({ strategy: name, result }) => result.name === 'slow' && name === strategy)?.result.p99Ms;
  const roundRobin = slowP99('round-robin');
  const figures = measured.flatMap(({ strategy, result }) => {
    // A slow endpoint is left by who measures: a third of what everyone else waits for.
    const p99Target =
      result.name === 'slow' && strategy === 'peak-ewma' && roundRobin !== undefined ? roundRobin / 3 : undefined;
    return figuresOf(result, strategy, p99Target);
  });
  for (const { name, value, unit, target } of figures.filter(({ met }) => met === false))
    process.stdout.write(`MISSED  ${name}: ${value} ${unit}, target ≤ ${target}\n`);
  if (file !== undefined) {
    const machine = {
      platform: process.platform,
      arch: process.arch,
      cores: cpus().length,
      memoryMiB: Math.round(totalmem() / 2 ** 20),
    };
    const versions = { node: process.versions.node };
    writeFileSync(file, `${JSON.stringify({ machine, versions, figures, notMeasured }, null, 2)}\n`);
  }
  return figures.every(({ met }) => met !== false);
}

function figuresOf(result: DrillResult, strategy: string, p99Target: number | undefined): Figure[] {
  const { name, requests, failed, failedAfterDetection, detectionMs, recoveryMs, p50Ms, p99Ms, victimPercent } = result;
  const figure = (what: string, value: number | undefined, unit: string, target?: number): Figure[] =>
    value === undefined
      ? []
      : [
          {
            name: `${name}, ${strategy}: ${what}`,
            value,
            unit,
            ...(target === undefined ? {} : { target: Math.round(target * 10) / 10, met: value <= target }),
          },
        ];
  return [
    ...figure('requests', requests, ''),
    ...figure('failed', failed, '', drills.find((drill) => drill.name === name)?.mayFail),
    ...figure('failed after detection', failedAfterDetection, '', 0),
    ...figure('detection', detectionMs, 'ms'),
    ...figure('recovery', recoveryMs, 'ms'),
    ...figure('answered by the faulty one', victimPercent, '%'),
    ...figure('p50', p50Ms, 'ms'),
    ...figure('p99', p99Ms, 'ms', p99Target),
  ];
}
