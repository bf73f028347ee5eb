import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt, root } from '../driver/command.ts';
import { ready, startLocalRun, type LocalRun } from '../driver/local-stack.ts';

const labs = readdirSync(`${root}/labs`).filter((name) => /^\d\d-/.test(name));

describe('labs', () => {
  let local: LocalRun;
  beforeAll(async () => {
    local = await startLocalRun({ pattern: 'lb-gw-lb' });
    await ready(local);
  });
  afterAll(async () => {
    await local.stack('stop');
    await local.ended;
    await rm(local.home, { recursive: true, force: true });
  });

  it.for(labs)('%s: its check passes on a stack that does what the lab says', async (lab) => {
    const { code, stdout, stderr } = await attempt(process.execPath, [`labs/${lab}/check.ts`, local.url], local.env);
    expect(code, stdout + stderr).toBe(0);
  });
});
