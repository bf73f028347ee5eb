import { once } from 'node:events';
import { join } from 'node:path';
import { startChild, type Child } from './child.ts';
import { restartablePort } from './port.ts';
import type { Fault } from './upstream-process.ts';

/** An upstream as a process, and the ways to break it. */
export interface Upstream {
  readonly name: string;
  readonly port: number;
  readonly address: string;
  start(): Promise<void>;
  /** kill -9; settles when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: its connections stay, and the system goes on to accept new ones. */
  freeze(): void;
  thaw(): void;
  /** Replaces the faults; `{}` mends all. */
  fault(fault: Fault): Promise<void>;
}

export interface UpstreamOptions {
  /** How long an answer takes. Default 2 ms. */
  readonly latencyMs?: number;
  /** How long an idle connection is kept. Default 65 s, as the services have it. */
  readonly keepAliveMs?: number;
}

/** Describes an upstream that has not been started yet. `onStart` is told of each process. */
export async function upstream(
  name: string,
  logFile: string,
  { latencyMs = 2, keepAliveMs = 65_000 }: UpstreamOptions,
  onStart: (child: Child) => void,
): Promise<Upstream> {
  const [port, controlPort] = [await restartablePort(), await restartablePort()];
  const script = join(import.meta.dirname, 'upstream-process.ts');
  let child: Child | undefined;
  return {
    name,
    port,
    address: `127.0.0.1:${port}`,
    async start() {
      child = startChild(script, [name, ...[port, controlPort, latencyMs, keepAliveMs].map(String)], logFile, {});
      onStart(child);
      const ended = child.ended.then((by) => Promise.reject(new Error(`upstream ${name} ended with ${by}`)));
      ended.catch(() => undefined);
      await Promise.race([once(child.process, 'message'), ended]);
    },
    async kill() {
      child!.signal('SIGKILL');
      await child!.ended;
    },
    freeze: () => child!.signal('SIGSTOP'),
    thaw: () => child!.signal('SIGCONT'),
    async fault(fault) {
      const told = await fetch(`http://127.0.0.1:${controlPort}/__fault`, {
        method: 'POST',
        body: JSON.stringify(fault),
      });
      await told.arrayBuffer();
    },
  };
}
