import { figure } from '../report.ts';
import { beside } from './beside.ts';
import { startEngine } from './engines.ts';
import type { Measured, Setting } from './measurement.ts';
import { cpuSecondsByProcess } from './process-tree.ts';
import { interleaved, median } from './rounds.ts';
import { wrk } from './wrk.ts';

const targetRatio = 1.1;
const targetShare = 60;

/** Two workers beside one, on the same core: what sharing a listener costs, and how evenly they share it. */
export async function measureWorkers({
  lab,
  engines,
  upstreamPort,
  wanted,
  rounds,
  seconds,
}: Setting): Promise<Measured> {
  const none = (reason: string): Measured => ({ figures: [], notMeasured: [`2 workers: ${reason}`] });
  const one = engines.find(({ name }) => name === 'wire');
  if (one === undefined || !wanted('wire-2-workers')) return none('it takes wire and wire-2-workers');
  const two = await startEngine(lab, 'wire-2-workers', upstreamPort);
  if (typeof two === 'string') return none(two);
  await wrk(lab, two, 2);
  const shares: number[] = [];
  const { samples, faults } = await interleaved([one, two], rounds, async (engine) => {
    const before = cpuSecondsByProcess(engine.pid);
    const sample = await wrk(lab, engine, seconds);
    if (engine === two) shares.push(busierShare(before, cpuSecondsByProcess(engine.pid)));
    return sample.cpuMicros;
  });
  await two.stop();
  if (faults.length > 0) return none(faults.join('; '));
  if (median(shares) > 99) return none('one process does all the work');
  return {
    figures: [
      beside('CPU per request: 2 workers / 1', 'µs', samples.get('wire-2-workers')!, {
        peer: 'wire',
        peerValues: samples.get('wire')!,
        target: targetRatio,
      }),
      figure('load of the busier of 2 workers', median(shares), '%', targetShare),
    ],
    notMeasured: [],
  };
}

/** Of the two processes that worked most, the share of the busier. */
function busierShare(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  const spent = [...after].map(([pid, seconds]) => seconds - (before.get(pid) ?? 0)).toSorted((a, b) => b - a);
  return (spent[0]! / (spent[0]! + (spent[1] ?? 0))) * 100;
}
