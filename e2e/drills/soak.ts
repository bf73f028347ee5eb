import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Lab } from './lab/lab.ts';
import { soak } from './soak/soak.ts';

const usage = `npm run soak [-- --minutes N] [--strategy NAME]
Steady mixed load through edge-lb as a process: its memory and its open files must not grow. Needs /proc.
--minutes   2
--strategy  least-connections
Ends with 1 when a line is not flat, or a request failed.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    strategy: { type: 'string', default: 'least-connections' },
    help: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
if (values.help || !(minutes > 0 && minutes <= 24 * 60)) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

if (existsSync('/proc/self/fd')) await report();
else process.stdout.write('not measured: it needs /proc\n');

async function report(): Promise<void> {
  await using lab = new Lab({ strategy: values.strategy, seconds: minutes * 60 });
  const { load, memory, fds } = await soak(lab);
  const { asked, aborted, failed } = load;
  const some = failed.slice(0, 5).join(', ');
  const judged = (good: boolean): string => (good ? 'met' : 'MISSED');
  process.stdout.write(
    [
      `requests    ${asked} asked, ${aborted} left by their clients, ${failed.length} failed ${some}`.trimEnd(),
      `memory      ${memory.first} MiB in the first third, ${memory.last} in the last, target ≤ ${memory.most}  ${judged(memory.flat)}`,
      `open files  ${fds.before} before, ${fds.most} at most, ${fds.after} after  ${judged(fds.back)}`,
      '',
    ].join('\n'),
  );
  if (!memory.flat || !fds.back || failed.length > 0) process.exitCode = 1;
}
