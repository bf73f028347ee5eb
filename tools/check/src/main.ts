import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cruise } from './boundaries/cruise.ts';
import { missingBinaries, staleProjects, type LockPackages } from './lock/lock-faults.ts';
import { syncManifests } from './manifests/sync.ts';
import { readProjects } from './projects.ts';
import { commandStep, runSteps, type Step } from './step.ts';

const root = resolve(import.meta.dirname, '../../..');
const { fix } = parseArgs({ options: { fix: { type: 'boolean', default: false } } }).values;

/** Fewer modules than the smallest state the repository ever had: the cruise is broken, not clean. */
const fewestModules = 100;

const steps: Step[] = [
  { name: 'manifests', run: async () => (fix ? [] : syncManifests(root)) },
  { name: 'lock', run: checkLock },
  { name: 'boundaries', run: checkBoundaries },
  commandStep('format', 'oxfmt', fix ? [] : ['--check'], root),
  commandStep('lint', 'oxlint', ['--type-aware', '--deny-warnings'], root),
  commandStep('types', 'nx', ['run-many', '--target=typecheck', '--outputStyle=static'], root),
  commandStep('solution', 'tsc', ['-b'], root),
  commandStep('dead code', 'knip', [], root),
];

async function checkLock(): Promise<string[]> {
  const { packages } = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as { packages: LockPackages };
  return [...missingBinaries(packages), ...staleProjects(packages, readProjects(root))];
}

async function checkBoundaries(): Promise<string[]> {
  const { violations, totalCruised } = await cruise(root);
  const seen = totalCruised < fewestModules ? [`only ${totalCruised} modules seen`] : [];
  return [...seen, ...violations.map(({ rule, from, to }) => `${from} → ${to}: ${rule.name}`)];
}

if (fix) for (const fault of syncManifests(root, { fix })) console.log(`fixed  ${fault}`);
const { passed, failed } = await runSteps(steps, (line) => console.log(line));
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
