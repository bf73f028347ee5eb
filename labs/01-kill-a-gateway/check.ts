import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Kills a gateway of the running stack under load. Passes when no request failed and more than one gateway answered. */
const url = process.argv[2] ?? 'http://localhost:8080';
const root = resolve(import.meta.dirname, '../..');
const loadSeconds = 3;

const statuses = new Map<number | string, number>();
const gateways = new Set<string | null>();
const until = performance.now() + loadSeconds * 1000;

async function ask(): Promise<void> {
  while (performance.now() < until) {
    // Answered by a gateway itself, which therefore names itself.
    const answer = await fetch(`${url}/api/v1/nowhere`).catch((error: unknown) => String(error));
    if (typeof answer !== 'string') gateways.add(answer.headers.get('x-served-by'));
    const status = typeof answer === 'string' ? answer : answer.status;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
}

const load = Promise.all(Array.from({ length: 8 }, ask));
// Not before both have answered: the one that dies may not be back before the load is over.
while (gateways.size < 2 && performance.now() < until) await wait(20);
const kill = ['tools/stack/src/cli.ts', 'kill', 'api-gateway-1'];
const { stdout } = await promisify(execFile)(process.execPath, kill, { cwd: root });
process.stdout.write(stdout);
await load;

const passed = statuses.size === 1 && statuses.has(404) && gateways.size > 1;
process.stdout.write(
  `${[...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')} from ${[...gateways].join(', ')}\n`,
);
process.stdout.write(
  passed
    ? 'passed: a gateway died, and nobody noticed\n'
    : 'failed: every answer should be the 404 of a gateway, from at least two of them\n',
);
process.exitCode = passed ? 0 : 1;
