import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { logFile, type LogFile } from './log-file.ts';

/** What an instance tells those who run it. */
export interface InstanceEvents {
  /** It answers as healthy: it may get traffic. */
  onHealthy(instance: Instance): void;
  /** It is no longer there. */
  onGone(instance: Instance): void;
  /** It ended without being asked, and comes back after `delayMs`. */
  onCrash(instance: Instance, how: string, delayMs: number): void;
}

export interface InstanceOptions {
  readonly name: string;
  /** Where it listens. */
  readonly port: number;
  readonly logPath: string;
  spawn(): ChildProcess;
  healthy(): Promise<boolean>;
  /** How it is asked to stop, and how it is ended when it does not. Default SIGTERM and SIGKILL. */
  readonly stopSignal?: NodeJS.Signals;
  readonly endSignal?: NodeJS.Signals;
  readonly events: InstanceEvents;
}

export type InstanceState = 'starting' | 'healthy' | 'restarting' | 'stopping' | 'stopped';

const pollMs = 60;
const firstDelayMs = 100;
const longestDelayMs = 5000;
/** Having run this long, a crash is a new trouble, not the old one. */
const settledMs = 10_000;
const defaultPatienceMs = 3500;

/** One process that is kept running: spawned, watched, restarted with backoff, stopped. */
export class Instance {
  readonly name: string;
  readonly port: number;
  state: InstanceState = 'stopped';
  restarts = 0;
  readonly #options: InstanceOptions;
  readonly #log: LogFile;
  #child: ChildProcess | undefined;
  #failures = 0;

  constructor(options: InstanceOptions) {
    this.name = options.name;
    this.port = options.port;
    this.#options = options;
    this.#log = logFile(options.logPath);
  }

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return isRunning(this.#child) ? this.#child.pid : undefined;
  }

  /** The last lines it wrote. */
  tail(): string[] {
    return this.#log.tail();
  }

  /** Starts it and settles once it is healthy; rejects with its last words when it ends with a faulty config. */
  start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#run(resolve, reject);
    return promise;
  }

  /** @returns whether there was a process to send it to. */
  kill(signal: NodeJS.Signals): boolean {
    return isRunning(this.#child) && this.#child.kill(signal);
  }

  /** Asks it to stop, and ends it when it has not after `patienceMs`. */
  async stop(patienceMs = defaultPatienceMs): Promise<void> {
    const child = this.#child;
    this.state = 'stopping';
    this.#options.events.onGone(this);
    if (isRunning(child)) {
      const gone = once(child, 'exit');
      child.kill(this.#options.stopSignal ?? 'SIGTERM');
      const patience = setTimeout(() => this.end(), patienceMs);
      await gone;
      clearTimeout(patience);
    }
    this.state = 'stopped';
  }

  /** Ends it at once; it is not started again. */
  end(): void {
    this.state = 'stopping';
    this.kill(this.#options.endSignal ?? 'SIGKILL');
  }

  #run(onHealthy: () => void, onFailed: (error: Error) => void): void {
    this.state = 'starting';
    const child = this.#options.spawn();
    const started = performance.now();
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => this.#log.write(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#log.write(chunk));
    const ended = (code: number | null, how: string): void => {
      if (this.state === 'stopping' || this.state === 'stopped') return;
      const wasHealthy = this.state === 'healthy';
      this.state = 'restarting';
      this.#options.events.onGone(this);
      // Ended by itself with 1 before it ever served: its config is at fault, and will be again.
      if (code === 1 && !wasHealthy && this.restarts === 0) {
        this.state = 'stopped';
        return onFailed(new Error(`${this.name} did not start:\n${this.#log.tail().join('\n')}`));
      }
      if (performance.now() - started > settledMs) this.#failures = 0;
      const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failures++);
      this.restarts++;
      this.#options.events.onCrash(this, how, delay);
      void wait(delay).then(() => this.state === 'restarting' && this.#run(onHealthy, onFailed));
    };
    child.once('exit', (code, signal) => ended(code, signal ?? `exit code ${code}`));
    // Never started: there is no exit to wait for.
    child.once('error', (error) => child.pid === undefined && ended(null, error.message));
    void this.#awaitHealth(child, onHealthy);
  }

  async #awaitHealth(child: ChildProcess, onHealthy: () => void): Promise<void> {
    while (this.#child === child && this.state === 'starting') {
      if (await this.#options.healthy()) {
        if (this.#child !== child || this.state !== 'starting') return;
        this.state = 'healthy';
        this.#options.events.onHealthy(this);
        onHealthy();
        return;
      }
      await wait(pollMs);
    }
  }
}

function isRunning(child: ChildProcess | undefined): child is ChildProcess {
  return child !== undefined && child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
