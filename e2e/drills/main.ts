import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Drill, DrillResult } from './drill.ts';
import { drills, runDrill } from './drills.ts';
import { notMeasuredLine, row, tableHead } from './scorecard/table.ts';
import { report } from './scorecard/report.ts';

const strategies = ['round-robin', 'least-connections', 'power-of-two-choices', 'peak-ewma'];
const usage = `npm run scorecard [-- --only A,B] [--strategy X,Y] [--seconds N] [--rps N] [--json FILE]
What clients of edge-lb notice when an upstream fails: real processes, loopback only, one after another.
--only      ${drills.map(({ name }) => name).join(',')}
--strategy  ${strategies.join(',')}   or any other of edge-lb.yaml
--seconds   3    how long a fault lasts, at most 8
--rps       200  requests a second, whatever the answers take
Ends with 1 when a target is missed.
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: drills.map(({ name }) => name).join(',') },
    strategy: { type: 'string', default: strategies.join(',') },
    seconds: { type: 'string', default: '3' },
    rps: { type: 'string', default: '200' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [seconds, rps] = [Number(values.seconds), Number(values.rps)];
const only = values.only.split(',');
const known = only.every((name) => drills.some((drill) => drill.name === name));
if (values.help || !known || !(seconds > 0 && seconds <= 8) || !(rps > 0 && rps <= 2000)) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

const results: { readonly strategy: string; readonly result: DrillResult }[] = [];
const notMeasured: string[] = [];
const load = loadavg()[0]!;
if (load > availableParallelism())
  process.stdout.write(`The machine is busy already (load ${load.toFixed(1)}): latencies will be of that too.\n`);
process.stdout.write(tableHead());
for (const drill of drills.filter(({ name }) => only.includes(name)))
  for (const strategy of values.strategy.split(',')) await practise(drill, strategy);
if (!report(results, notMeasured, values.json)) process.exitCode = 1;

/** A drill that breaks is said to be missing, and fails the run; the others go on. */
async function practise(drill: Drill, strategy: string): Promise<void> {
  const missing = (why: string): void => {
    notMeasured.push(`${drill.name}, ${strategy}: ${why}`);
    process.stdout.write(notMeasuredLine(drill.name, strategy, why));
  };
  try {
    const result = await runDrill(drill, { strategy, seconds, rps });
    if ('notMeasured' in result) return missing(result.notMeasured);
    results.push({ strategy, result });
    process.stdout.write(row(result, strategy));
  } catch (error) {
    missing(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
