import { parseArgs } from 'node:util';
import { examine, fuzz, type Finding } from './fuzz.ts';
import { bytesOf, keep, keptSeeds, printable } from './kept-seeds.ts';
import { readStrict } from './read-strict.ts';
import { shorten } from './shorten.ts';

const usage = `npm run fuzz [-- --minutes N] [--seed N]
Gives generated and broken requests to libs/http1 and to Node's strict parser, and stops where libs/http1
accepts what Node refuses, or sees other messages. Default 1 minute; the seed is by the clock and printed.
What is found is shortened and added to tools/fuzz/kept-seeds.json, which every run replays first.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
    help: { type: 'boolean', default: false },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (values.help || !(minutes > 0) || !Number.isInteger(seed)) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

const kept = keptSeeds();
const replayed = await examine(kept.map(bytesOf), readStrict);
for (const finding of replayed) if (finding !== undefined) tell(finding);
const until = performance.now() + minutes * 60_000;
const { iterations, accepted, finding } = await fuzz({ seed, goOn: () => performance.now() < until }, readStrict);
if (finding !== undefined) {
  const shortest = await shorten(finding, readStrict);
  tell(shortest);
  keep({ bytes: shortest.bytes, note: `${shortest.what} (seed ${seed}, iteration ${finding.iteration})` });
}
process.stdout.write(
  `${kept.length} kept and ${iterations.toLocaleString('en')} generated inputs, seed ${seed}: ` +
    `at least one request accepted in ${Math.round((accepted / Math.max(1, iterations)) * 100)} %\n`,
);
process.exit(finding === undefined && replayed.every((found) => found === undefined) ? 0 : 1);

function tell({ what, bytes, ours, node, seed: from, iteration }: Finding): void {
  process.stdout.write(
    `FOUND  ${what}\n  seed ${from ?? 'kept'}, iteration ${iteration ?? '-'}\n  bytes  ${printable(bytes)}\n` +
      `  ours   ${printable(ours)}\n  node   ${printable(node)}\n`,
  );
}
