import { join } from 'node:path';
import { figure } from '../report.ts';
import { beside } from './beside.ts';
import type { RunningEngine } from './engines.ts';
import { comparable, type Comparison, type Measured, type Setting } from './measurement.ts';
import { cpuSeconds } from './process-tree.ts';
import { interleaved, median } from './rounds.ts';

const mostRounds = 3;
const comparisons: readonly Comparison[] = [
  { engine: 'wire', peer: 'nginx', target: 1 },
  { engine: 'http-proxy', peer: 'nginx' },
  { engine: 'tcp', peer: 'haproxy-tcp' },
];

/** One big answer to one client: processor time of the engine until it has come. */
export async function measureDownload(setting: Setting): Promise<Measured> {
  const size = `${setting.bigBytes / 2 ** 20} MiB download`;
  const { samples, faults } = await interleaved(setting.engines, Math.min(mostRounds, setting.rounds), (engine) =>
    download(setting, engine),
  );
  const ratios = comparable(comparisons, samples).map(({ engine, peer, target }) => {
    const theirs = { peer, peerValues: samples.get(peer)!, target };
    return beside(`CPU of a ${size}: ${engine} / ${peer}`, 'ms', samples.get(engine)!, theirs);
  });
  const figures = samples.entries().map(([name, list]) => figure(`${name}: CPU of a ${size}`, median(list), 'ms'));
  return { figures: [...figures, ...ratios], notMeasured: faults.map((fault) => `download by ${fault}`) };
}

async function download({ lab, bigBytes }: Setting, { port, pid }: RunningEngine): Promise<number> {
  const before = cpuSeconds(pid);
  const client = join(import.meta.dirname, 'spawned/download.ts');
  const { received } = JSON.parse(await lab.run(1, [process.execPath, client, String(port)])) as { received: number };
  if (received !== bigBytes) throw new Error(`${received} bytes of ${bigBytes} came`);
  return (cpuSeconds(pid) - before) * 1000;
}
