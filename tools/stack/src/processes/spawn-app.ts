import { spawn, type ChildProcess } from 'node:child_process';

export interface AppProcess {
  readonly root: string;
  /** The script and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a process needs of its surroundings; the rest of the runner's environment stays out, as it does of a container. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot', 'LOG_LEVEL', 'NODE_EXTRA_CA_CERTS'];

/**
 * Starts an app as a process group of its own, so that Ctrl-C in the terminal reaches the runner
 * alone, which then stops them in order. The IPC channel tells them when the runner is gone.
 */
export function spawnApp({ root, command, env }: AppProcess): ChildProcess {
  const surroundings = Object.entries(process.env).filter(([name]) => inherited.includes(name));
  return spawn(process.execPath, [...command], {
    cwd: root,
    env: { ...Object.fromEntries(surroundings), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
}
