import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../home.ts';
import { answersReady } from '../processes/health.ts';
import { spawnApp, type AppProcess } from '../processes/spawn-app.ts';
import type { KindOptions, ServiceKind } from './service-kind.ts';

/** What is in flight has this long to finish when the stack stops. */
const drainSeconds = 2;

/** An app of this repository: a replica is its main.ts; a one-shot runs while it is prepared. */
export function appKind({ service, home }: KindOptions): ServiceKind {
  const { command, port: containerPort, published } = service;
  const app = (instance: string, more: Record<string, string> = {}): AppProcess => ({
    root,
    command,
    env: {
      ...service.environment,
      EDGEWAY_INSTANCE: instance,
      EDGEWAY_DISCOVERY: `registry:${home.registry}`,
      DRAIN_SECONDS: String(drainSeconds),
      NODE_COMPILE_CACHE: join(home.dir, 'compile-cache'),
      ...more,
    },
  });
  return {
    prepare: async (signal) => (service.oneShot ? runOnce(service.name, app(service.name), signal) : undefined),
    spawn(instance, port, exposed) {
      const listen = [`${containerPort}=${published?.host ?? '127.0.0.1'}:${port}`];
      for (const [internal, at] of Object.entries(exposed)) listen.push(`${internal}=127.0.0.1:${at}`);
      return spawnApp(app(instance, { EDGEWAY_LISTEN: listen.join(',') }));
    },
    healthy: answersReady,
  };
}

const endWithRunner = new URL('../processes/end-with-runner.ts', import.meta.url).href;

/** @throws Error with all it said when it fails. */
async function runOnce(name: string, app: AppProcess, abort: AbortSignal): Promise<void> {
  const child = spawnApp({ ...app, command: ['--import', endWithRunner, ...app.command] });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const kill = (): void => void child.kill('SIGKILL');
  abort.addEventListener('abort', kill);
  const [code, signal] = await once(child, 'close');
  abort.removeEventListener('abort', kill);
  if (code !== 0) throw new Error(`${name} ended with ${signal ?? code}:\n${said.trim()}`);
}
