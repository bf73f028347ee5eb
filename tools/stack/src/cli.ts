import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { command, runningStack } from './control/client.ts';
import { Row, type Command } from './control/protocol.ts';
import { homeOf } from './home.ts';
import { printLogs } from './logs.ts';
import { Refusal } from './refusal.ts';

const usage = `npm run stack -- COMMAND
  ps                          what runs
  scale SERVICE=N             N replicas, live
  kill NAME [--signal SIG]    an instance (api-gateway-1) or all of a service; default SIGKILL; it is started again
  stop [SERVICE]              a service until it is started again; without a name: everything
  start SERVICE               a stopped service
  logs [NAME] [--follow]      what an instance or a service says; without a name: all
`;

const home = homeOf(process.env);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const ask = (asked: Command): Promise<unknown> => command(home.control, asked);

async function ps(): Promise<void> {
  for (const { instance, state, pid, port, restarts } of Row.array().parse(await ask({ name: 'ps' })))
    say(
      `${instance.padEnd(16)} ${state.padEnd(10)} pid ${String(pid ?? '-').padEnd(8)} port ${String(port).padEnd(6)}${restarts > 0 ? ` restarted ${restarts}×` : ''}`.trimEnd(),
    );
}

async function scale(target: string): Promise<void> {
  const [, service, replicas] = /^([\w-]+)=(\d+)$/.exec(target) ?? [];
  if (service === undefined) throw new Refusal(`"${target}" is not SERVICE=N, such as api-gateway=3`);
  await ask({ name: 'scale', service, replicas: Number(replicas) });
  say(`${service} has ${replicas} ${replicas === '1' ? 'replica' : 'replicas'}`);
}

async function kill(target: string, signal: string): Promise<void> {
  const hit = z.array(z.string()).parse(await ask({ name: 'kill', target, signal }));
  say(`${hit.join(', ')} got ${signal}`);
}

async function stop(target: string | undefined): Promise<void> {
  if (target !== undefined) {
    await ask({ name: 'stop', target });
    return say(`${target} is stopped; start it with: npm run stack -- start ${target}`);
  }
  await ask({ name: 'stop' });
  while ((await runningStack(home.control)) !== undefined) await wait(50);
}

async function start(target: string): Promise<void> {
  await ask({ name: 'start', target });
  say(`${target} runs`);
}

function run(name: string | undefined, targets: readonly string[], { signal, follow }: Options): Promise<void> {
  const [target] = targets;
  if (targets.length > 1) throw new Refusal(`One name at a time.\n\n${usage}`);
  if (name === 'ps' && target === undefined) return ps();
  if (name === 'stop') return stop(target);
  if (name === 'logs') return printLogs(home, target, follow);
  if (name === 'scale' && target !== undefined) return scale(target);
  if (name === 'kill' && target !== undefined) return kill(target, signal);
  if (name === 'start' && target !== undefined) return start(target);
  throw new Refusal(usage);
}

interface Options {
  readonly signal: string;
  readonly follow: boolean;
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      signal: { type: 'string', default: 'SIGKILL' },
      follow: { type: 'boolean', short: 'f', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return say(usage);
  const [name, ...targets] = positionals;
  const signal = values.signal.toUpperCase().replace(/^(?!SIG)/, 'SIG');
  await run(name, targets, { signal, follow: values.follow });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
