import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attempt, root, run } from './command.ts';
import { freePort } from './free-port.ts';
import type { Pattern, Stack, StackOptions } from './stack.ts';
import { until } from './until.ts';

/** `npm start` as a process that a test can talk to. */
export interface LocalRun {
  readonly url: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** What it has printed so far. */
  printed(): string;
  /** Settles with the exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** `npm run stack -- …` on this one. */
  stack(...args: string[]): Promise<string>;
  /** Ctrl-C. */
  interrupt(): void;
  /** `kill -9` of the runner itself. */
  kill(): void;
}

export interface LocalRunOptions extends StackOptions {
  /** State of an earlier run; default new and empty. */
  readonly home?: string;
  readonly port?: number;
  readonly args?: readonly string[];
}

/** Starts `npm start` beside any stack that runs already, without waiting for it. */
export async function startLocalRun({
  pattern,
  env: variables = {},
  home,
  port,
  args = [],
}: LocalRunOptions): Promise<LocalRun> {
  const state = home ?? (await mkdtemp(join(tmpdir(), 'edgeway-e2e-')));
  // Where PostgreSQL's own user could not enter, the data would go elsewhere, and outlive the test.
  await chmod(state, 0o755);
  const doorPort = port ?? (await freePort());
  const env = { ...process.env, EDGEWAY_HOME: state, EDGE_PORT: String(doorPort), ...variables };
  const child = spawn(
    process.execPath,
    ['tools/bootstrap.mjs', 'tools/stack/src/start.ts', '--pattern', pattern, ...args],
    { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  return {
    url: `http://127.0.0.1:${doorPort}`,
    home: state,
    env,
    printed: () => text,
    ended: once(child, 'close').then(([code]) => code as number | null),
    stack: (...command) => run(process.execPath, ['tools/stack/src/cli.ts', ...command], env),
    // To the whole group, as a terminal does.
    interrupt: () => void process.kill(-child.pid!, 'SIGINT'),
    kill: () => void process.kill(-child.pid!, 'SIGKILL'),
  };
}

/** Waits until it says that it is ready. @throws Error with all it printed, when it ends instead. */
export async function ready(local: LocalRun): Promise<void> {
  const ended = local.ended.then((code) => {
    throw new Error(`npm start ended with ${code}:\n${local.printed()}`);
  });
  await Promise.race([
    ended,
    until('npm start is ready', async () => (local.printed().includes('Ready after') ? true : undefined), 120_000),
  ]);
}

/** Starts the stack with `npm start`, with state of its own that `down` removes. */
export async function startLocalStack(options: StackOptions & { readonly pattern: Pattern }): Promise<Stack> {
  const local = await startLocalRun(options);
  await ready(local);
  const rows = async () => (await local.stack('ps')).split('\n').map((line) => line.split(/\s+/));
  const pidOf = async (instance: string) => (await rows()).find(([name]) => name === instance)?.[3];
  return {
    url: local.url,
    demoPassword: (await readFile(join(local.home, 'volumes/user-secrets/demo_password'), 'utf8')).trim(),
    instances: async (service) =>
      (await rows()).flatMap(([name = '', state]) =>
        state === 'healthy' && name.replace(/-\d+$/, '') === service ? [name] : [],
      ),
    async kill(instance) {
      const before = await pidOf(instance);
      await local.stack('kill', instance);
      await until(`${instance} died`, async () => ((await pidOf(instance)) === before ? undefined : true));
    },
    stopService: async (service) => void (await local.stack('stop', service)),
    startService: async (service) => void (await local.stack('start', service)),
    scale: async (service, replicas) => void (await local.stack('scale', `${service}=${replicas}`)),
    logs: async () => local.stack('logs'),
    async down() {
      await attempt(process.execPath, ['tools/stack/src/cli.ts', 'stop'], local.env);
      await local.ended;
      await rm(local.home, { recursive: true, force: true });
    },
  };
}
