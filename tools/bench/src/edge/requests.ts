import { figure } from '../report.ts';
import { beside } from './beside.ts';
import { comparable, type Comparison, type Measured, type Setting } from './measurement.ts';
import { interleaved, median } from './rounds.ts';
import { wrk } from './wrk.ts';

const warmUpSeconds = 2;
const comparisons: readonly Comparison[] = [
  { engine: 'wire', peer: 'nginx', target: 1 },
  { engine: 'wire', peer: 'http-proxy', target: 0.3 },
  { engine: 'wire', peer: 'haproxy' },
  { engine: 'tcp', peer: 'haproxy-tcp', target: 1.5 },
  { engine: 'http-proxy', peer: 'nginx' },
];

/** Small answers over kept connections: processor time per request, and how many fit into a second. */
export async function measureRequests(setting: Setting): Promise<Measured & { rps: ReadonlyMap<string, number> }> {
  const { lab, engines, rounds, seconds } = setting;
  await interleaved(engines, 1, (engine) => wrk(lab, engine, warmUpSeconds));
  const { samples, faults } = await interleaved(engines, rounds, (engine) => wrk(lab, engine, seconds));
  const cpu = new Map(samples.entries().map(([name, list]) => [name, list.map(({ cpuMicros }) => cpuMicros)]));
  const rps = new Map(samples.entries().map(([name, list]) => [name, median(list.map((sample) => sample.rps))]));
  const figures = samples
    .entries()
    .flatMap(([name, list]) => [
      figure(`${name}: CPU per request`, median(cpu.get(name)!), 'µs'),
      figure(`${name}: requests, flat out`, rps.get(name)!, '/s'),
      figure(`${name}: p50, flat out`, median(list.map(({ p50Ms }) => p50Ms * 1000)), 'µs'),
      figure(`${name}: p99, flat out`, median(list.map(({ p99Ms }) => p99Ms * 1000)), 'µs'),
    ]);
  const ratios = comparable(comparisons, samples).map(({ engine, peer, target }) => {
    const theirs = { peer, peerValues: cpu.get(peer)!, target };
    return beside(`CPU per request: ${engine} / ${peer}`, 'µs', cpu.get(engine)!, theirs);
  });
  return { figures: [...figures, ...ratios], notMeasured: faults.map((fault) => `CPU per request of ${fault}`), rps };
}
