import { join, resolve } from 'node:path';

/** Where the local runner keeps what must outlive it, and how others find it. `EDGEWAY_HOME`, default `.edgeway`. */
export interface Home {
  readonly dir: string;
  readonly volumes: string;
  readonly logs: string;
  readonly registry: string;
  readonly control: string;
  /** What an instance says. */
  logOf(instance: string): string;
}

export const root = resolve(import.meta.dirname, '../../..');

export function homeOf(env: NodeJS.ProcessEnv): Home {
  const dir = resolve(root, env['EDGEWAY_HOME'] ?? '.edgeway');
  return {
    dir,
    volumes: join(dir, 'volumes'),
    logs: join(dir, 'logs'),
    registry: join(dir, 'run/registry.json'),
    control: join(dir, 'run/control.json'),
    logOf: (instance) => join(dir, 'logs', `${instance}.log`),
  };
}
