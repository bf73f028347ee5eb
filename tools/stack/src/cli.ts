import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Row, runningStack, type Command, type ControlFile } from './control/protocol.ts';
import { homeOf } from './home.ts';

const usage = `npm run stack -- COMMAND
  ps                          what runs
  scale SERVICE=N             N replicas, live
  kill NAME [--signal SIG]    an instance (api-gateway-1) or all of a service; default SIGKILL; it is started again
  stop [SERVICE]              a service until it is started again; without a name: everything
  start SERVICE               a stopped service
  logs [NAME] [--follow]      what an instance or a service says; without a name: all
`;

class Refusal extends Error {}

const home = homeOf(process.env);

async function ask(command: Command): Promise<unknown> {
  const { port, token } = running();
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    body: JSON.stringify(command),
    headers: { authorization: `Bearer ${token}` },
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  throw new Refusal(
    typeof answer === 'object' && answer !== null && 'error' in answer
      ? String(answer.error)
      : `the stack answered ${response.status}`,
  );
}

function running(): ControlFile {
  const control = runningStack(home.control);
  if (control === undefined) throw new Refusal('No stack runs from this folder. Start one with: npm start');
  return control;
}

async function ps(): Promise<void> {
  for (const { instance, state, pid, restarts } of Row.array().parse(await ask({ name: 'ps' })))
    process.stdout.write(
      `${instance.padEnd(16)} ${state.padEnd(10)} pid ${String(pid ?? '-').padEnd(8)}${restarts > 0 ? ` restarted ${restarts}×` : ''}\n`,
    );
}

async function stop(target: string | undefined): Promise<void> {
  const { pid } = running();
  await ask({ name: 'stop', ...(target === undefined ? {} : { target }) });
  if (target !== undefined) return;
  while (runningStack(home.control)?.pid === pid) await wait(50);
}

/** Prints the logs; with --follow goes on as they grow. */
async function logs(target: string | undefined, follow: boolean): Promise<void> {
  const all = readdirSync(home.logs).filter((file) => file.endsWith('.log'));
  const files = all.filter(
    (file) => target === undefined || file === `${target}.log` || file.replace(/-\d+\.log$/, '') === target,
  );
  if (files.length === 0) throw new Refusal(`There is no log of "${target}"; there are ${all.join(', ')}`);
  const seen = new Map<string, number>();
  for (;;) {
    for (const file of files) seen.set(file, await printFrom(join(home.logs, file), seen.get(file) ?? 0));
    if (!follow) return;
    await wait(300);
  }
}

/** Prints what a file holds beyond `from`. @returns where it ends now. */
async function printFrom(path: string, from: number): Promise<number> {
  const { size } = statSync(path);
  if (size > from)
    for await (const chunk of createReadStream(path, { start: from, end: size - 1 })) process.stdout.write(chunk);
  return size;
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      signal: { type: 'string', default: 'SIGKILL' },
      follow: { type: 'boolean', short: 'f', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [command, target] = positionals;
  if (command === 'ps') return ps();
  if (command === 'stop') return stop(target);
  if (command === 'logs') return logs(target, values.follow);
  if (command === 'scale' && target !== undefined) {
    const match = /^([\w-]+)=(\d+)$/.exec(target);
    if (match === null) throw new Refusal(`"${target}" is not SERVICE=N`);
    return void (await ask({ name: 'scale', service: match[1]!, replicas: Number(match[2]) }));
  }
  if (command === 'kill' && target !== undefined)
    return void (await ask({ name: 'kill', target, signal: values.signal }));
  if (command === 'start' && target !== undefined) return void (await ask({ name: 'start', target }));
  throw new Refusal(usage);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
