import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Instance } from './instance.ts';

const dir = mkdtempSync(join(tmpdir(), 'edgeway-instance-'));
afterAll(() => rmSync(dir, { recursive: true }));

function instanceOf(script: string, isHealthy = async () => true, program = process.execPath) {
  const healthy: string[] = [];
  const gone: string[] = [];
  const crashed = Promise.withResolvers<{ how: string; delayMs: number }>();
  const instance = new Instance({
    name: 'probe-1',
    port: 1,
    logPath: join(dir, 'probe-1.log'),
    spawn: () => spawn(program, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] }),
    healthy: isHealthy,
    events: {
      onHealthy: ({ name }) => healthy.push(name),
      onGone: ({ name }) => gone.push(name),
      onCrash: (_instance, how, delayMs) => crashed.resolve({ how, delayMs }),
    },
  });
  return { instance, healthy, gone, crashed: crashed.promise };
}

describe('Instance', () => {
  it('starts again what was killed, after a delay, and takes it out of the registry meanwhile', async () => {
    const { instance, gone, crashed } = instanceOf('setInterval(() => {}, 1000)');
    await instance.start();
    const { pid } = instance;
    instance.kill('SIGKILL');
    expect(await crashed).toEqual({ how: 'SIGKILL', delayMs: 100 });
    expect(gone).toEqual(['probe-1']);
    await expect.poll(() => instance.state).toBe('healthy');
    expect(instance.pid).not.toBe(pid);
    await instance.stop();
    expect(instance.state).toBe('stopped');
  });

  it('gives up at once on a faulty config, with its words', async () => {
    const { instance } = instanceOf('console.error("x.yaml: 1 fault"); process.exitCode = 1', async () => false);
    await expect(instance.start()).rejects.toThrow(/probe-1 did not start:\nx\.yaml: 1 fault/);
  });

  it('tries again when the program cannot be started at all', async () => {
    const { instance, crashed } = instanceOf('', async () => false, '/nowhere/node');
    void instance.start();
    expect((await crashed).how).toContain('ENOENT');
    await instance.stop();
  });
});
