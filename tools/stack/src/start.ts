import { rmSync } from 'node:fs';
import { ConfigError } from '@edgeway/config';
import { planOf, type PlannedService } from './compose/plan.ts';
import { readCompose } from './compose/read-compose.ts';
import { runningStack } from './control/client.ts';
import { controlServer } from './control/control-server.ts';
import { perform } from './control/perform.ts';
import { postgresDataDir } from './embedded/postgres-data.ts';
import { homeOf, root, type Home } from './home.ts';
import { refuseBusyPorts } from './ports/refuse-busy-ports.ts';
import { frontDoorServes } from './processes/front-door.ts';
import { Refusal } from './refusal.ts';
import { createStack, type Stack } from './stack.ts';
import { startOptions } from './start-options.ts';
import { lastWords } from './ui/last-words.ts';
import { progress, type Progress } from './ui/progress.ts';
import { summary } from './ui/summary.ts';

const doorPort = (plan: readonly PlannedService[]): number =>
  plan.find(({ published }) => published !== undefined)!.published!.port;

async function refuseSecondStack(home: Home): Promise<void> {
  const other = await runningStack(home.control);
  if (other !== undefined)
    throw new Refusal(
      `A stack runs already from this folder (process ${other.pid}).\nStop it with: npm run stack -- stop`,
    );
}

function forget(home: Home): void {
  rmSync(postgresDataDir(`${home.volumes}/postgres-data`), { recursive: true, force: true });
  rmSync(home.volumes, { recursive: true, force: true });
  rmSync(home.logs, { recursive: true, force: true });
}

/** Stops the stack once, in order, whoever asks; a second Ctrl-C ends everything at once. */
function stopper(stack: Stack, show: Progress): { readonly asked: () => boolean; stop(code: number): void } {
  let asked = false;
  const stop = (code: number): void => {
    // A terminal that closes, npm and `timeout` may each send the same signal once more: that is no second wish.
    if (asked) return;
    asked = true;
    show.end();
    show.say('Stopping …');
    void stack.stop().then(() => {
      show.say('Stopped.');
      process.exit(code);
    });
  };
  process.on('SIGINT', () => {
    if (!asked) return stop(0);
    stack.end();
    process.exit(130);
  });
  process.on('SIGTERM', () => stop(0));
  process.on('SIGHUP', () => stop(0));
  return { asked: () => asked, stop };
}

async function main(): Promise<void> {
  const { pattern, fresh, help } = startOptions(process.argv.slice(2));
  if (help !== undefined) return void process.stdout.write(help);
  // A terminal that has gone is no reason to leave what runs alone.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  const home = homeOf(process.env);
  await refuseSecondStack(home);
  const files = ['docker-compose.yml', `infra/compose/${pattern}.yml`];
  const plan = planOf(readCompose(root, files, process.env), home.volumes);
  await refuseBusyPorts(plan);
  if (fresh) forget(home);

  const began = performance.now();
  const show = progress(plan.map(({ name }) => name));
  const processes = plan.reduce((sum, { replicas }) => sum + replicas, 0);
  show.say(`Starting ${processes} processes (pattern ${pattern}); logs in ${home.logs}`);
  const stack = createStack(plan, home, {
    onStarted: ({ name, replicas, oneShot }, seconds) =>
      show.started(
        name,
        `${name}${replicas > 1 ? ` ×${replicas}` : ''} ${oneShot ? 'done' : 'ready'} (${seconds.toFixed(1)} s)`,
      ),
    onCrash: (instance, how, delayMs) =>
      show.say(
        `  ! ${instance.name} ended (${how}); starting it again in ${delayMs} ms${lastWords(how, instance.tail())}`,
      ),
    onNote: (text) => show.say(`  ${text}`),
  });
  const stopping = stopper(stack, show);
  try {
    await controlServer(home.control, (command) => perform(stack, command, () => setImmediate(stopping.stop, 0)));
    await stack.start();
    await frontDoorServes(`http://127.0.0.1:${doorPort(plan)}`);
  } catch (error) {
    if (stopping.asked()) return;
    show.end();
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n\n`);
    return stopping.stop(1);
  }
  show.end();
  show.say(summary(stack, { url: `http://localhost:${doorPort(plan)}`, pattern, home }));
  show.say(`  Ready after ${((performance.now() - began) / 1000).toFixed(1)} s.`);
}

main().catch((error: unknown) => {
  if (!(error instanceof Refusal || error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
