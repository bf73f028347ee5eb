import type { RunningEngine } from './engines.ts';
import type { Lab } from './lab.ts';
import { cpuSeconds } from './process-tree.ts';
import { parseWrk, type WrkResult } from './wrk-output.ts';

/** One run against one engine. */
export interface Sample extends WrkResult {
  readonly cpuMicros: number;
}

const connections = 64;

/** As many requests as it can take over 64 kept connections, and what the engine's processes spent on each. */
export async function wrk(lab: Lab, { port, pid }: RunningEngine, seconds: number): Promise<Sample> {
  const before = cpuSeconds(pid);
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', `http://127.0.0.1:${port}/`];
  const result = parseWrk(await lab.run(1, ['wrk', ...args]));
  return { ...result, cpuMicros: ((cpuSeconds(pid) - before) * 1e6) / result.requests };
}
