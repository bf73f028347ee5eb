import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { addCounts, closingLine, type Counts } from './counts.ts';
import { runVitest } from './run-vitest.ts';
import { dockerAnswers } from './stores/choose.ts';

const usage = `npm test                 everything: unit and service tests, then whole stacks
  -- --unit              only the tests beside the code
  -- --e2e               only the whole stacks
  -- --no-docker         as on a machine without Docker
  -- [--unit|--e2e] NAME only files whose path contains NAME
`;
const root = resolve(import.meta.dirname, '../../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    unit: { type: 'boolean', default: false },
    e2e: { type: 'boolean', default: false },
    docker: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const docker = values.docker && (await dockerAnswers());
const stores = process.env['EDGEWAY_TEST_STORES'] ?? (docker ? 'containers' : 'embedded');
const env = { ...process.env, EDGEWAY_TEST_STORES: stores, EDGEWAY_E2E_COMPOSE: docker ? 'yes' : 'no' };
const runs: { readonly name: string; readonly counts: Counts }[] = [];
const begun = performance.now();
if (!values.e2e) runs.push({ name: 'beside the code', counts: await runVitest(root, positionals, env) });
if (!values.unit) {
  const args = ['--config', 'e2e/vitest.config.ts', ...positionals];
  runs.push({ name: 'whole stacks', counts: await runVitest(root, args, env) });
}

const total = addCounts(runs.map(({ counts }) => counts));
for (const { name, counts } of runs) console.log(`${name.padEnd(16)} ${closingLine(counts)}`);
console.log(`stores           ${stores}`);
const forDocker = total.skipped.filter((name) => name.startsWith('docker compose'));
const others = total.skipped.filter((name) => !name.startsWith('docker compose'));
if (forDocker.length > 0) console.log(`skipped          ${forDocker.length}: no Docker engine answers`);
for (const name of others) console.log(`skipped          ${name}`);
console.log(`took             ${((performance.now() - begun) / 1000).toFixed(0)} s`);
console.log(closingLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;
