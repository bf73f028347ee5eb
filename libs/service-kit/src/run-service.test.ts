import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const script = new URL('testing/probe-service.ts', import.meta.url);

/** Runs the probe until it ends; `whenStarted` acts once it has started. */
async function run(behaviour: string, whenStarted: (child: ChildProcess) => void) {
  const child = fork(script, [behaviour], { silent: true, env: { ...process.env, DRAIN_SECONDS: '0.2' } });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  child.once('message', () => whenStarted(child));
  const [code, signal] = await once(child, 'exit');
  return { code, signal, output };
}

describe('runService', () => {
  it('drains and ends with 0 when asked to stop', async () => {
    const { code, output } = await run('good', (child) => child.kill('SIGTERM'));
    expect(code).toBe(0);
    expect(output).toMatch(/draining within[^]*"msg":"stopped"/);
  });

  it('drains when its parent is gone, so that nothing is orphaned', async () => {
    const { signal, output } = await run('good', (child) => child.disconnect());
    // By force, after the drain: its output has nobody to go to.
    expect(signal).toBe('SIGKILL');
    expect(output).toContain('draining within');
  });

  it('drains when its parent went before it had loaded', async () => {
    const child = fork(script, ['late'], { silent: true });
    child.disconnect();
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL');
  });

  it('ends after DRAIN_SECONDS even if the drain never settles', async () => {
    const { code, output } = await run('deaf', (child) => child.kill('SIGTERM'));
    expect(code).toBe(0);
    expect(output).toContain('drain timed out');
  });

  it('prints every config fault and ends with 1', async () => {
    const { code, output } = await run('faulty', () => undefined);
    expect(code).toBe(1);
    expect(output).toBe('probe.yaml: 2 faults\n  a    is wrong\n  b.c  is missing\n');
  });

  it('ends with 70 on a bug, for a supervisor to restart it', async () => {
    const { code, output } = await run('bug', () => undefined);
    expect(code).toBe(70);
    expect(output).toContain('unforeseen');
  });
});
