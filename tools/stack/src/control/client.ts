import { readFileSync } from 'node:fs';
import { Refusal } from '../refusal.ts';
import { ControlFile, type Command } from './protocol.ts';

/** A stack that answers, answers at once. */
const patienceMs = 2000;

/** The control file of a stack that runs; `undefined` when none does, also when one was killed and left its file. */
export async function runningStack(path: string): Promise<ControlFile | undefined> {
  const control = controlFile(path);
  if (control === undefined) return undefined;
  // Its process number may be another program's by now, so it is asked.
  const answer = await post(control, { name: 'ps' }, AbortSignal.timeout(patienceMs)).catch(() => undefined);
  return answer?.status === 200 ? control : undefined;
}

/** Gives the running stack a command. @returns its answer. @throws Refusal with its words, or when none runs. */
export async function command(path: string, asked: Command): Promise<unknown> {
  const control = controlFile(path);
  const response = control && (await post(control, asked).catch(() => undefined));
  if (response === undefined) throw new Refusal('No stack runs from this folder. Start one with: npm start');
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  throw new Refusal(
    typeof answer === 'object' && answer !== null && 'error' in answer
      ? String(answer.error)
      : `the stack answered ${response.status}`,
  );
}

function controlFile(path: string): ControlFile | undefined {
  try {
    return ControlFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function post({ port, token }: ControlFile, asked: Command, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    body: JSON.stringify(asked),
    headers: { authorization: `Bearer ${token}` },
    signal,
  });
}
