import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { firstOrder } from './first-order.ts';

/** `npm start` in a folder, as someone at a terminal starts it. */
export interface LocalRun {
  readonly pid: number;
  /** From the command to the first order, in seconds. */
  orderSeconds(): Promise<number>;
  /** Ctrl-C; seconds until everything has gone. */
  stop(): Promise<number>;
}

export function npmStart(dir: string, port: number, env: NodeJS.ProcessEnv): LocalRun {
  const began = performance.now();
  const child: ChildProcess = spawn('npm', ['start', '--silent'], {
    cwd: dir,
    env: { ...env, EDGE_PORT: String(port), AUTH_LIMIT_POINTS: '100000' },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid!,
    orderSeconds: async () => ((await firstOrder(`http://127.0.0.1:${port}`, alive)) - began) / 1000,
    async stop() {
      const asked = performance.now();
      const gone = once(child, 'exit');
      process.kill(-child.pid!, 'SIGINT');
      await gone;
      return (performance.now() - asked) / 1000;
    },
  };
}
