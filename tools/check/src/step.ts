import { spawn } from 'node:child_process';
import { styleText } from 'node:util';

/** One check. Resolves to what is wrong, one line each; nothing wrong is an empty list. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<readonly string[]>;
}

export interface StepCounts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs the steps one after the other, all of them, and prints each with its time. */
export async function runSteps(steps: readonly Step[], print: (line: string) => void): Promise<StepCounts> {
  let failed = 0;
  for (const { name, run } of steps) {
    const begun = performance.now();
    const faults = await run().catch((error: unknown) => [String(error)]);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    const verdict = faults.length === 0 ? styleText('green', 'ok    ') : styleText('red', 'failed');
    print(`${verdict} ${name.padEnd(12)} ${seconds.padStart(5)} s`);
    for (const fault of faults) print(`       ${fault}`);
    if (faults.length > 0) failed += 1;
  }
  return { passed: steps.length - failed, failed };
}

/** A step that is a command of node_modules/.bin: what it printed is wrong when it ends with other than 0. */
export function commandStep(name: string, command: string, args: readonly string[], cwd: string): Step {
  return { name, run: () => run(command, args, cwd) };
}

function run(command: string, args: readonly string[], cwd: string): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  // Nx's daemon would stay behind on the user's machine to save three seconds.
  const env = { ...process.env, NO_COLOR: '1', NX_DAEMON: 'false' };
  const child = spawn(`${cwd}/node_modules/.bin/${command}`, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.on('error', reject);
  child.on('close', (code) => resolve(code === 0 ? [] : [...output.trim().split('\n'), `(ended with ${code})`]));
  return promise;
}
