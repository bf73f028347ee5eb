import { parseArgs } from 'node:util';
import { measureDownload } from './edge/download.ts';
import { engineNames, startEngine, type EngineName, type RunningEngine } from './edge/engines.ts';
import { measureIdleClients } from './edge/idle-clients.ts';
import { Lab, onPath, versionOf } from './edge/lab.ts';
import type { Measured, Setting } from './edge/measurement.ts';
import { measureRequests } from './edge/requests.ts';
import { measureSteadyRate } from './edge/steady-rate.ts';
import { startUpstream } from './edge/upstream.ts';
import { measureWorkers } from './edge/workers.ts';
import { report, type Figure } from './report.ts';

const measurements = ['requests', 'download', 'steady-rate', 'idle-clients', 'workers'] as const;
const usage = `npm run bench:edge [-- --rounds N] [--seconds N] [--mebibytes N] [--json FILE] [--only A,B] [--measure X,Y]
edge-lb beside NGINX and HAProxy in one run: in turns, medians, ratios. Needs Linux and wrk; what is not on
PATH is left out. A ratio is the median of the rounds' ratios, and their range stands behind it. The engine has core 0, what asks and what answers share core 1.
--rounds 5  --seconds 3  of each round; --mebibytes 1024  of the download
--only       ${engineNames.join(',')}
--measure    ${measurements.join(',')}
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    mebibytes: { type: 'string', default: '1024' },
    json: { type: 'string' },
    only: { type: 'string', default: engineNames.join(',') },
    measure: { type: 'string', default: measurements.join(',') },
    help: { type: 'boolean', default: false },
  },
});
const [rounds, seconds, mebibytes] = [values.rounds, values.seconds, values.mebibytes].map(Number) as [
  number,
  number,
  number,
];
const only = values.only.split(',');
const measure = values.measure.split(',');
const positive = [rounds, seconds, mebibytes].every((number) => Number.isInteger(number) && number > 0);
const known = only.every((name) => engineNames.some((engine) => engine === name));
if (values.help || !positive || !known || !measure.every((name) => measurements.some((other) => other === name))) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

const figures: Figure[] = [];
const notMeasured: string[] = [];
const versions = Object.fromEntries(['nginx', 'haproxy', 'wrk'].filter(onPath).map((name) => [name, versionOf(name)]));

if (process.platform !== 'linux') notMeasured.push('everything: it needs /proc');
else if (!onPath('wrk')) notMeasured.push('everything: wrk is not on PATH');
else await measureAll();
report(figures, notMeasured, values.json, versions);

async function measureAll(): Promise<void> {
  await using lab = new Lab();
  const bigBytes = mebibytes * 2 ** 20;
  const upstream = await startUpstream(lab, bigBytes);
  if (upstream.kind === 'node')
    notMeasured.push('a fast upstream: nginx is not on PATH, so node:http answers behind all');
  if (!lab.pinned) notMeasured.push('engines alone on a core: taskset is not on PATH, or there is one core');
  const wanted = (name: EngineName): boolean => only.includes(name);
  const engines: RunningEngine[] = [];
  for (const name of engineNames.filter((name) => wanted(name) && name !== 'wire-2-workers')) {
    const engine = await startEngine(lab, name, upstream.port);
    if (typeof engine === 'string') notMeasured.push(`${name}: ${engine}`);
    else engines.push(engine);
  }
  const setting: Setting = { lab, upstreamPort: upstream.port, engines, wanted, rounds, seconds, bigBytes };
  const rps = new Map<string, number>();
  await attempt('requests', async () => {
    const measured = await measureRequests(setting);
    for (const [name, value] of measured.rps) rps.set(name, value);
    return measured;
  });
  await attempt('download', () => measureDownload(setting));
  await attempt('steady-rate', () => measureSteadyRate(setting, rps));
  await attempt('workers', () => measureWorkers(setting));
  // Last: it leaves thousands of closed connections behind, which the system remembers for a minute.
  await attempt('idle-clients', () => measureIdleClients(setting));
}

/** A measurement that fails is said to be missing; the others go on. */
async function attempt(name: (typeof measurements)[number], measured: () => Promise<Measured>): Promise<void> {
  if (!measure.includes(name)) return;
  try {
    const result = await measured();
    figures.push(...result.figures);
    notMeasured.push(...result.notMeasured);
  } catch (error) {
    notMeasured.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
