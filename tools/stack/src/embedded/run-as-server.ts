import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';

/** Waits for a program of PostgreSQL to do its work, with `input` as what it is told. @throws Error with its words when it fails. */
export async function runAsServer(child: ChildProcessWithoutNullStreams, name: string, input = ''): Promise<void> {
  let said = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  // What ends before it has read is told by its exit.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code, signal] = await once(child, 'close');
  // A single-user server goes on after an error, and ends well.
  if (code !== 0 || /^.*\bERROR:/m.test(said)) throw new Error(`${name} ended with ${signal ?? code}:\n${said.trim()}`);
}
