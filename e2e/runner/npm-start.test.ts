import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../client/client.ts';
import { newCustomer } from '../client/customer.ts';
import { attempt } from '../driver/command.ts';
import { freePort } from '../driver/free-port.ts';
import { ready, startLocalRun, type LocalRun, type LocalRunOptions } from '../driver/local-stack.ts';
import { until } from '../driver/until.ts';

const runs: LocalRun[] = [];
const homes = new Set<string>();
async function npmStart(options: Partial<LocalRunOptions> = {}): Promise<LocalRun> {
  const local = await startLocalRun({ pattern: 'lb-gw-lb', ...options });
  runs.push(local);
  homes.add(local.home);
  return local;
}
afterEach(async () => {
  for (const local of runs.splice(0)) {
    await attempt(process.execPath, ['tools/stack/src/cli.ts', 'stop'], local.env);
    await local.ended;
  }
  for (const home of homes) await rm(home, { recursive: true, force: true });
  homes.clear();
});

const pids = async (local: LocalRun): Promise<number[]> =>
  (await local.stack('ps')).match(/pid \d+/g)!.map((text) => Number(text.slice(4)));
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const allGone = (all: number[]) =>
  until('every process has gone', async () => (all.some(alive) ? undefined : true), 20_000);

describe('npm start', { timeout: 120_000 }, () => {
  it('names the process that holds its port, says how to go on, and ends with 1', async () => {
    const server = createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const local = await npmStart({ port });
    expect(await local.ended).toBe(1);
    expect(local.printed()).toContain(`Port ${port}, which edge-lb needs, is held by process ${process.pid} (`);
    expect(local.printed()).toContain(`EDGE_PORT=${port + 1} npm start`);
    server.close();
  });

  it('lists every fault of a file by path, and ends with 1', async () => {
    const bad = { AUTH_LIMIT_POINTS: 'thirty', USER_LIMIT_POINTS: '-1' };
    const local = await npmStart({ env: bad });
    expect(await local.ended).toBe(1);
    expect(local.printed()).toMatch(/gateway\.yaml: 2 faults\n +limits\.auth\.points .*\n +limits\.user\.points /);
  });

  it('refuses patterns and flags it does not know', async () => {
    const unknown = await npmStart({ args: ['--pattern', 'lb-lb'] });
    expect(await unknown.ended).toBe(1);
    expect(unknown.printed()).toContain('There is no pattern "lb-lb"');
    const flag = await npmStart({ args: ['--frehs'] });
    expect(await flag.ended).toBe(1);
    expect(flag.printed()).toContain('--fresh');
  });

  it('needs no Docker, restarts what crashes and says so, and leaves nothing after Ctrl-C', async () => {
    const bin = await mkdtemp(join(tmpdir(), 'edgeway-bin-'));
    for (const tool of ['node', 'sh']) {
      const from = tool === 'node' ? process.execPath : '/bin/sh';
      await symlink(from, join(bin, tool));
    }
    await chmod(bin, 0o755);
    const local = await npmStart({ env: { PATH: bin } });
    await ready(local);
    expect(local.printed()).not.toMatch(/warn/i);
    await local.stack('kill', 'order-svc-1');
    await until('the crash is told', async () =>
      /order-svc-1 ended \(SIGKILL\); starting it again in \d+ ms/.test(local.printed()) ? true : undefined,
    );
    const all = await pids(local);
    local.interrupt();
    expect(await local.ended).toBe(0);
    await allGone(all);
    await rm(bin, { recursive: true });
  });

  it('leaves nothing even when it is killed itself', async () => {
    const local = await npmStart();
    await ready(local);
    const all = await pids(local);
    expect(all.length).toBeGreaterThan(10);
    local.kill();
    await local.ended;
    expect(await allGone(all)).toBe(true);
  });

  it('keeps data over a restart, and forgets it with --fresh', async () => {
    const first = await npmStart();
    await ready(first);
    const { email, password } = await newCustomer(createClient(first.url));
    await first.stack('stop');
    const signIn = async (args: string[]) => {
      const local = await npmStart({ home: first.home, port: await freePort(), args });
      await ready(local);
      const { status } = await createClient(local.url)('POST /api/v1/auth/login', { body: { email, password } });
      await local.stack('stop');
      return status;
    };
    expect(await signIn([])).toBe(200);
    expect(await signIn(['--fresh'])).toBe(401);
    expect(await readdir(first.home)).toContain('logs');
  });

  it('serves with Redis gone from the start', async () => {
    const local = await npmStart();
    await ready(local);
    await local.stack('stop', 'redis');
    await local.stack('kill', 'api-gateway');
    await local.stack('kill', 'user-svc');
    const client = createClient(local.url);
    const customer = await until('customers are served', async () => newCustomer(client).catch(() => undefined));
    const me = await client('GET /api/v1/users/me', { token: customer.tokens.accessToken });
    expect(me.status).toBe(200);
  });
});
