import { readdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigError } from '@edgeway/config';
import { planOf, type PlannedService } from './compose/plan.ts';
import { readCompose } from './compose/read-compose.ts';
import { controlServer } from './control/control-server.ts';
import { perform } from './control/perform.ts';
import { runningStack } from './control/protocol.ts';
import { postgresDataDir } from './embedded/postgres-files.ts';
import { homeOf, root, type Home } from './home.ts';
import { isFree } from './ports/free-port.ts';
import { portHolder } from './ports/port-holder.ts';
import { frontDoorServes } from './processes/front-door.ts';
import { createStack } from './stack.ts';
import { summary } from './ui/summary.ts';

const usage = `npm start [-- --pattern NAME] [--fresh]
  --pattern NAME   ${patterns().join(' | ')}; default lb-gw-lb
  --fresh          forget the data of earlier runs
`;

/** Something the person at the keyboard can put right; shown without a stack trace. */
class Refusal extends Error {}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function patterns(): string[] {
  return readdirSync(`${root}/infra/compose`).flatMap((file) => (file.endsWith('.yml') ? [file.slice(0, -4)] : []));
}

function options(): { pattern: string; fresh: boolean } {
  const parsed = (() => {
    try {
      return parseArgs({
        options: {
          pattern: { type: 'string', default: 'lb-gw-lb' },
          fresh: { type: 'boolean', default: false },
          help: { type: 'boolean', default: false },
        },
      }).values;
    } catch (error) {
      throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    }
  })();
  if (parsed.help) {
    say(usage);
    process.exit(0);
  }
  if (!patterns().includes(parsed.pattern)) throw new Refusal(`There is no pattern "${parsed.pattern}".\n\n${usage}`);
  return parsed;
}

async function refuseBusyPorts(plan: readonly PlannedService[]): Promise<void> {
  for (const { name, published } of plan) {
    if (published === undefined || (await isFree(published.port, published.host))) continue;
    const holder = await portHolder(published.port);
    const who = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command})`;
    throw new Refusal(
      `Port ${published.port}, which ${name} needs, is held by ${who}.\nStop it, or choose another port: EDGE_PORT=${published.port + 1} npm start`,
    );
  }
}

const doorPort = (plan: readonly PlannedService[]): number =>
  plan.find(({ published }) => published !== undefined)!.published!.port;

function forget(home: Home): void {
  rmSync(postgresDataDir(`${home.volumes}/postgres-data`), { recursive: true, force: true });
  rmSync(home.volumes, { recursive: true, force: true });
  rmSync(home.logs, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const { pattern, fresh } = options();
  const home = homeOf(process.env);
  const other = runningStack(home.control);
  if (other !== undefined)
    throw new Refusal(
      `A stack runs already from this folder (process ${other.pid}).\nStop it with: npm run stack -- stop`,
    );
  const plan = planOf(
    readCompose(root, ['docker-compose.yml', `infra/compose/${pattern}.yml`], process.env),
    home.volumes,
  );
  await refuseBusyPorts(plan);
  if (fresh) forget(home);

  const began = performance.now();
  say(
    `Starting ${plan.reduce((sum, { replicas }) => sum + replicas, 0)} processes (pattern ${pattern}); logs in ${home.logs}`,
  );
  const stack = createStack(plan, home, {
    onStarted: ({ name, replicas, oneShot }, seconds) =>
      say(`  ✓ ${name}${replicas > 1 ? ` ×${replicas}` : ''} ${oneShot ? 'done' : 'ready'} (${seconds.toFixed(1)} s)`),
    onCrash: ({ name }, how, delayMs) => say(`  ! ${name} ended (${how}); starting it again in ${delayMs} ms`),
  });
  let stopping = false;
  const stopAll = async (code: number): Promise<never> => {
    if (stopping) process.exit(130);
    stopping = true;
    say('Stopping …');
    await stack.stop();
    say('Stopped.');
    process.exit(code);
  };
  process.on('SIGINT', () => void stopAll(0));
  process.on('SIGTERM', () => void stopAll(0));
  process.on('SIGHUP', () => void stopAll(0));
  try {
    await controlServer(home.control, (command) => perform(stack, command, () => setImmediate(() => void stopAll(0))));
    await stack.start();
    await frontDoorServes(`http://127.0.0.1:${doorPort(plan)}`);
  } catch (error) {
    if (stopping) return;
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n\n`);
    await stopAll(1);
  }
  say(summary(stack, { url: `http://localhost:${doorPort(plan)}`, pattern, home }));
  say(`  Ready after ${((performance.now() - began) / 1000).toFixed(1)} s.`);
}

main().catch((error: unknown) => {
  if (!(error instanceof Refusal || error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
