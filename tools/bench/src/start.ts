import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '@edgeway/stack/free-port';
import { npmStart } from './local-run.ts';
import { treePss } from './memory.ts';
import { figure, report, type Figure } from './report.ts';

const usage = `npm run bench:start [-- --json FILE] [--no-clone] [--no-docker]
How long the platform takes to start and stop, and what it needs. --no-clone leaves out the fresh clone.
`;
const root = resolve(import.meta.dirname, '../../..');
const warmRuns = 3;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    json: { type: 'string' },
    clone: { type: 'boolean', default: true },
    docker: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const figures: Figure[] = [];
const notMeasured: string[] = [];
const work = mkdtempSync(join(tmpdir(), 'edgeway-bench-'));
chmodSync(work, 0o755); // PostgreSQL's own user must be able to enter
const clone = join(work, 'clone');
/** What a newcomer has: not the pinned Node that the bootstrap has put first on our PATH, nor what npm tells its scripts. */
const newcomer = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
newcomer['PATH'] = (process.env['PATH'] ?? '')
  .split(':')
  .filter((dir) => dir !== dirname(process.execPath) && !dir.includes('node_modules'))
  .join(':');

try {
  execFileSync('git', ['clone', '--quiet', root, clone]);
  await measureLocal();
  await measureCompose();
} finally {
  rmSync(work, { recursive: true, force: true });
}
report(figures, notMeasured, values.json);

async function measureLocal(): Promise<void> {
  const cold = npmStart(values.clone ? clone : root, await freePort(), environment());
  const seconds = await cold.orderSeconds();
  if (values.clone) figures.push(figure('fresh clone to first order', seconds, 's', 120));
  else notMeasured.push('fresh clone (--no-clone)');
  await cold.stop();
  const warm: number[] = [];
  const stops: number[] = [];
  let memory = 0;
  for (let run = 0; run < warmRuns; run++) {
    const started = npmStart(values.clone ? clone : root, await freePort(), environment());
    warm.push(await started.orderSeconds());
    if (process.platform === 'linux') memory = Math.max(memory, treePss(started.pid));
    stops.push(await started.stop());
  }
  figures.push(figure('warm start to first order (median of 3)', median(warm), 's', 6));
  if (memory > 0) figures.push(figure('memory of the default stack (PSS)', memory, 'MB', 900));
  else notMeasured.push('memory (needs Linux)');
  figures.push(figure('stop (median of 3)', median(stops), 's', 5));
}

function environment(): NodeJS.ProcessEnv {
  return { ...newcomer, EDGEWAY_HOME: join(work, 'home') };
}

async function measureCompose(): Promise<void> {
  if (!values.docker) return void notMeasured.push('docker compose up (--no-docker)');
  if (!succeeds(['info'])) return void notMeasured.push('docker compose up (no Docker engine answers)');
  const env = { ...process.env, EDGE_PORT: String(await freePort()) };
  const compose = (...args: string[]): void =>
    void execFileSync('docker', ['compose', '-p', `edgeway-bench-${process.pid}`, ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  compose('--progress', 'quiet', 'build');
  try {
    const began = performance.now();
    compose('--progress', 'quiet', 'up', '--detach', '--wait');
    figures.push(figure('docker compose up --wait, images built', (performance.now() - began) / 1000, 's', 30));
  } finally {
    compose('--progress', 'quiet', 'down', '--volumes', '--timeout', '3');
  }
}

function succeeds(args: string[]): boolean {
  try {
    execFileSync('docker', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
