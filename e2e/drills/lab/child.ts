import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { root } from '../../driver/command.ts';

/** A process of a drill, told to end by its number alone. */
export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Settles with the code, or with the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly running: boolean;
  signal(signal: NodeJS.Signals): void;
}

/**
 * Starts a script of this repository with Node. It writes to `logFile`, and has a channel to us that
 * closes when we end, however that comes: it knows then that it is time to end too.
 */
export function startChild(script: string, args: readonly string[], logFile: string, env: NodeJS.ProcessEnv): Child {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...process.env, EDGEWAY_LISTEN: undefined, ...env },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  // A start that fails is told by whoever waits for it; here it only must not be lost.
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? -1,
    process: child,
    ended,
    get running() {
      return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    },
    signal: (signal) => void child.kill(signal),
  };
}
