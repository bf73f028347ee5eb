import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

describe('createLogger', () => {
  it('names service and replica on every line and never writes credentials', () => {
    const lines: string[] = [];
    const log = createLogger({
      name: 'user-svc',
      instance: 'user-svc-2',
      destination: { write: (line) => lines.push(line) },
    });
    log.info({ user: { password: 'hunter2' }, request: { headers: { authorization: 'Bearer abc' } } }, 'login');
    expect(JSON.parse(lines[0]!)).toMatchObject({ service: 'user-svc', instance: 'user-svc-2', msg: 'login' });
    expect(lines[0]).not.toMatch(/hunter2|Bearer abc/);
  });
  it('lets a process end whose output nobody reads any more', async () => {
    const script = `
      import { createLogger } from ${JSON.stringify(new URL('logger.ts', import.meta.url))};
      const log = createLogger({ name: 'user-svc', instance: 'user-svc-1' });
      await new Promise((resolve) => process.stdin.once('end', resolve).resume());
      for (const line of ['one', 'two', 'three']) log.info(line);
      process.exit(0);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdout.destroy();
    child.stdin.end();
    expect((await once(child, 'exit'))[0]).toBe(0);
  });
});
