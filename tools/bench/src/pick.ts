import { parseArgs } from 'node:util';
import { strategyByName, strategyNames, type Endpoint, type Strategy, type StrategyName } from '@edgeway/balancing';
import { figure, report } from './report.ts';

const usage = `npm run bench:pick [-- --json FILE]
What one pick of each strategy costs with 10, 1,000 and 10,000 equal endpoints that have work in flight.
Median of 7 rounds of every strategy in turn, after a warm-up: nanoseconds, on one core.
`;
const sizes = [10, 1000, 10_000];
const rounds = 7;
const roundMs = 20;
/** Strategies without one look at every endpoint. */
const targetNs: Partial<Record<StrategyName, number>> = {
  'round-robin': 200,
  random: 200,
  'power-of-two-choices': 200,
  'peak-ewma': 200,
  'ring-hash': 1000,
  maglev: 1000,
  'source-hash': 1000,
};

const { values } = parseArgs({ options: { json: { type: 'string' }, help: { type: 'boolean', default: false } } });
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

interface Contender {
  readonly name: StrategyName;
  readonly size: number;
  readonly strategy: Strategy;
  readonly endpoints: readonly Endpoint[];
  /** Enough for a round to take some {@link roundMs}. */
  picks: number;
  readonly samples: number[];
}

/** As many sessions as keep the keys out of a cache of one. */
const contexts = Array.from({ length: 4096 }, (_, i) => ({ affinityKey: `session-${i}-${(i * 2_654_435_761) % 1e9}` }));

const contenders = sizes.flatMap((size) => strategyNames.map((name) => contender(name, size)));
for (const each of contenders) warmUp(each);
for (let round = 0; round < rounds; round++)
  for (const each of contenders) each.samples.push(nsPerPick(each, each.picks));
report(
  contenders.map(({ name, size, samples }) =>
    figure(`${name}, ${size.toLocaleString('en')} endpoints`, median(samples), 'ns', targetNs[name]),
  ),
  [],
  values.json,
);

function contender(name: StrategyName, size: number): Contender {
  const strategy = strategyByName(name, { random: Math.random, clock: () => performance.now() });
  const endpoints = Array.from({ length: size }, (_, i) => ({
    address: `10.0.${i >> 8}.${i & 255}:8080`,
    weight: 1,
    inFlight: i % 5,
    available: true,
  }));
  for (const endpoint of endpoints) strategy.observe?.(endpoint, 5 + (endpoint.inFlight % 3));
  return { name, size, strategy, endpoints, picks: 1, samples: [] };
}

function warmUp(each: Contender): void {
  let ns = nsPerPick(each, 10);
  for (let spentNs = 0; spentNs < roundMs * 5e6; spentNs += ns * each.picks) {
    each.picks = Math.max(10, Math.round((roundMs * 1e6) / ns));
    ns = nsPerPick(each, each.picks);
  }
}

function nsPerPick({ strategy, endpoints }: Contender, picks: number): number {
  let picked = 0;
  const began = performance.now();
  for (let i = 0; i < picks; i++) if (strategy.pick(endpoints, contexts[i & 4095]!) !== undefined) picked++;
  const elapsedMs = performance.now() - began;
  if (picked !== picks) throw new Error(`${strategy.name} picked nothing`);
  return (elapsedMs * 1e6) / picks;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
