import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** A store that runs as a child of this process. */
export interface EmbeddedServer {
  readonly host: string;
  readonly port: number;
  /** Settles when it has ended; also when it has ended before. */
  stop(): Promise<void>;
}

const pollMs = 50;

/** Waits until a server that was started answers. @throws Error with its last words when it ends instead. */
export async function untilAnswers(server: ChildProcess, name: string, answers: () => Promise<boolean>): Promise<void> {
  let said = '';
  for (const output of [server.stdout, server.stderr])
    output?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  while (!(await answers())) {
    if (hasEnded(server))
      throw new Error(`${name} ended with ${server.signalCode ?? server.exitCode}:\n${said.trim()}`);
    await wait(pollMs);
  }
}

export async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;
