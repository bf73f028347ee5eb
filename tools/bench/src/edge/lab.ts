import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { treeOf } from './process-tree.ts';

/** A process of the lab. */
export interface LabProcess {
  readonly pid: number;
  /** What it has written so far. */
  output(): string;
  readonly exited: Promise<unknown>;
  hasExited(): boolean;
  stop(): Promise<void>;
}

/** Core 0 is the engine's alone; what asks and what answers share core 1. */
export type Core = 0 | 1;

const outputBytes = 64 * 1024;
const stopGraceMs = 3000;
const runLimitMs = 120_000;

/** Owns a temporary folder and every process of a run, and leaves nothing of either behind. */
export class Lab implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'edgeway-bench-edge-'));
  /** Whether processes are pinned to their cores. */
  readonly pinned = onPath('taskset') && availableParallelism() > 1;
  private readonly running = new Set<LabProcess>();
  private ended = false;

  constructor() {
    const end = (): void => void this[Symbol.asyncDispose]().finally(() => process.exit(130));
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  }

  /** Writes a file into the folder. */
  file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  start(core: Core, [command, ...args]: readonly [string, ...string[]], env: NodeJS.ProcessEnv = {}): LabProcess {
    if (this.ended) throw new Error('the run has been ended');
    const line = this.pinned ? ['taskset', '-c', String(core), command, ...args] : [command, ...args];
    const child = spawn(line[0]!, line.slice(1), {
      cwd: join(import.meta.dirname, '../../../..'),
      env: { ...process.env, EDGEWAY_LISTEN: undefined, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = this.labProcess(child);
    this.running.add(started);
    void started.exited.finally(() => this.running.delete(started));
    return started;
  }

  /** Runs something to its end and returns what it wrote. */
  async run(core: Core, command: readonly [string, ...string[]]): Promise<string> {
    const child = this.start(core, command);
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      void child.stop();
    }, runLimitMs);
    await child.exited;
    clearTimeout(limit);
    if (late) throw new Error(`${command.slice(0, 2).join(' ')} did not end within ${runLimitMs / 1000} s`);
    return child.output();
  }

  private labProcess(child: ChildProcess): LabProcess {
    let output = '';
    const listen = (chunk: Buffer): void => void (output = `${output}${chunk.toString()}`.slice(-outputBytes));
    child.stdout!.on('data', listen);
    child.stderr!.on('data', listen);
    // 'close' and not 'exit': everything it wrote has been read.
    const exited = once(child, 'close').catch((error: unknown) => void (output += String(error)));
    const hasExited = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    return {
      pid: child.pid ?? -1,
      output: () => output,
      exited,
      hasExited,
      async stop() {
        if (hasExited()) return;
        const tree = treeOf(child.pid!);
        child.kill('SIGTERM');
        const grace = new AbortController();
        await Promise.race([exited, sleep(stopGraceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
        grace.abort();
        // Workers outlive a master that is killed.
        if (!hasExited()) for (const pid of tree) killed(pid);
        await exited;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whatever is still being measured must start nothing behind our back.
    this.ended = true;
    await Promise.all([...this.running].map((child) => child.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function onPath(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The first line of what a program says about its version. */
export function versionOf(program: string, flag = '-v'): string {
  try {
    return execFileSync('sh', ['-c', `${program} ${flag} 2>&1 || true`], { encoding: 'utf8' })
      .split('\n')[0]!
      .trim();
  } catch {
    return 'unknown';
  }
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone by itself.
  }
}
