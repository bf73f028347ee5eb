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
});
