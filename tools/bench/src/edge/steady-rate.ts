import { join } from 'node:path';
import { figure } from '../report.ts';
import { beside } from './beside.ts';
import type { RunningEngine } from './engines.ts';
import { comparable, type Comparison, type Measured, type Setting } from './measurement.ts';
import { interleaved } from './rounds.ts';

const share = 0.7;
const connections = 64;
const comparisons: readonly Comparison[] = [
  { engine: 'wire', peer: 'nginx', target: 1.5 },
  { engine: 'http-proxy', peer: 'nginx' },
];

const missing = (fault: string): string => `p99 at a steady rate of ${fault}`;

interface Rated {
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** How long answers take at seven tenths of what the slower of two engines can do, or of what the client can. */
export async function measureSteadyRate(setting: Setting, rps: ReadonlyMap<string, number>): Promise<Measured> {
  const comparison = comparable(comparisons, rps as ReadonlyMap<RunningEngine['name'], number>)[0];
  if (comparison === undefined) return { figures: [], notMeasured: ['p99 at a steady rate: it takes wire and nginx'] };
  const { engine, peer, target } = comparison;
  const pair = setting.engines.filter(({ name }) => name === engine || name === peer);
  // The client shares its core with the upstream: what both can do together is found out first.
  const flatOut = await interleaved(pair, 1, (each) => ask(setting, each, 0, 1));
  if (flatOut.faults.length > 0) return { figures: [], notMeasured: flatOut.faults.map(missing) };
  const capacities = pair.map(({ name }) => Math.min(rps.get(name)!, flatOut.samples.get(name)![0]!.rps));
  const rate = Math.floor(Math.min(...capacities) * share);
  const { samples, faults } = await interleaved(pair, setting.rounds, (each) =>
    ask(setting, each, rate, setting.seconds),
  );
  if (faults.length > 0) return { figures: [], notMeasured: faults.map(missing) };
  const p99 = new Map(samples.entries().map(([name, list]) => [name, list.map((sample) => sample.p99 * 1000)]));
  return {
    figures: [
      figure('steady rate: 70 % of what the slower engine or the client can do', rate, '/s'),
      beside(`p99 at the steady rate: ${engine} / ${peer}`, 'µs', p99.get(engine)!, {
        peer,
        peerValues: p99.get(peer)!,
        target,
      }),
    ],
    notMeasured: [],
  };
}

async function ask({ lab }: Setting, { port }: RunningEngine, rate: number, seconds: number): Promise<Rated> {
  const client = join(import.meta.dirname, 'spawned/rate.ts');
  const args = [port, rate, seconds, connections].map(String);
  const rated = JSON.parse(await lab.run(1, [process.execPath, client, ...args])) as Rated;
  if (rated.failed > 0) throw new Error(`${rated.failed} requests failed at ${rate} a second`);
  return rated;
}
