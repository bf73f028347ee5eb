import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpUpstream } from './testing/fake-upstream.ts';
import { freePort } from './testing/free-port.ts';
import { rawClient } from './testing/raw-client.ts';

const main = join(import.meta.dirname, 'main.ts');
const root = join(import.meta.dirname, '../../..');

/** How docker-compose.yml starts a balancer: the flags are read from there. */
const nodeOptions = /NODE_OPTIONS: (?<flags>.*DEP0060)/.exec(readFileSync(join(root, 'docker-compose.yml'), 'utf8'))!;

function edgeLb(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const options = { NODE_OPTIONS: nodeOptions.groups!['flags'], EDGEWAY_LISTEN: '8080=127.0.0.1:0' };
  const child = spawn(process.execPath, [main, ...args], { cwd: root, env: { ...process.env, ...options, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, stderr: text(child.stderr), exit: once(child, 'exit').then(([code]) => code as number) };
}

function configFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'edge-lb-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'edge-lb.yaml');
  writeFileSync(file, content);
  return file;
}

/** The port it says it listens on. */
async function portOf({ stdout }: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: stdout! })) {
    const entry = JSON.parse(line) as { msg: string; port?: number };
    if (entry.msg === 'listening') return entry.port!;
  }
  throw new Error('it ended before it listened');
}

const configOf = (address: string, more = '') => `
listeners: { public: { address: 8080, routes: [{ path: /, pool: main }] } }
pools: { main: { endpoints: { static: [{ address: '${address}' }] }, ${more} } }
`;

describe('edge-lb check FILE', () => {
  it.each(['infra/config/edge-lb.yaml', 'infra/config/internal-lb.yaml'])(
    'finds nothing wrong with %s',
    async (file) => {
      const { child, exit } = edgeLb(['check', file]);
      expect(await text(child.stdout)).toBe(`${file}: ok\n`);
      expect(await exit).toBe(0);
    },
  );

  it('lists what is wrong and exits with 1', async () => {
    const { stderr, exit } = edgeLb(['check', configFile('listeners: {}')]);
    expect(await stderr).toMatch(/edge-lb\.yaml: 2 faults\n {2}listeners .*\n {2}pools /);
    expect(await exit).toBe(1);
  });
});

describe('edge-lb run', () => {
  it.each(['CONFIG_FILE', 'run FILE'])(
    'serves what %s names, without a warning, until SIGTERM has drained it',
    async (by) => {
      const release = Promise.withResolvers<void>();
      const upstream = await httpUpstream((_request, response) => void release.promise.then(() => response.end('ok')));
      const file = configFile(configOf(upstream.address));
      const { child, stderr, exit } =
        by === 'CONFIG_FILE' ? edgeLb([], { CONFIG_FILE: file }) : edgeLb(['run', file], { CONFIG_FILE: '' });
      const port = await portOf(child);
      child.stdout.resume();
      const arrival = upstream.arrival();
      const answer = fetch(`http://127.0.0.1:${port}/`);
      await arrival;
      child.kill('SIGTERM');
      release.resolve();
      expect(await (await answer).text()).toBe('ok');
      expect(await exit).toBe(0);
      expect(await stderr).toBe('');
    },
  );
});

describe('a body of two gigabytes', () => {
  const size = 2 * 1024 ** 3;
  const block = Buffer.alloc(1024 * 1024);
  // Of the whole process. Uploads are read into buffers of their own, which are freed when V8 thinks it time.
  const growthLimit = { down: 64 * 1024, up: 128 * 1024 };
  /** Of the most memory the process has had. KiB. */
  const peak = (pid: number): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);

  async function pour(stream: Writable): Promise<void> {
    for (let sent = 0; sent < size; sent += block.length) if (!stream.write(block)) await once(stream, 'drain');
  }

  it.skipIf(process.platform !== 'linux')(
    'goes through in little memory, down and up',
    async () => {
      const upstream = await httpUpstream((request, response) => {
        if (request.method === 'GET') {
          response.setHeader('content-length', size);
          return void pour(response).then(() => response.end());
        }
        let received = 0;
        request.on('data', (chunk: Buffer) => (received += chunk.length));
        request.on('end', () => response.end(String(received)));
      });
      // This process is too busy with bodies to answer probes in time.
      const unprobed = configOf(upstream.address, 'health: { intervalSeconds: 3600 }');
      // And no more heap than that: with more it would end.
      const heap = { NODE_OPTIONS: `${nodeOptions.groups!['flags']} --max-old-space-size=64` };
      const { child } = edgeLb(['run', configFile(unprobed)], heap);
      const port = await portOf(child);
      child.stdout.resume();
      await (await fetch(`http://127.0.0.1:${port}/livez`)).text();
      const before = peak(child.pid!);
      let received = 0;
      for await (const chunk of (await fetch(`http://127.0.0.1:${port}/`)).body!) received += chunk.length;
      expect(received).toBe(size);
      expect(peak(child.pid!) - before).toBeLessThan(growthLimit.down);
      const upload = connect({ port, host: '127.0.0.1' });
      upload.write(`PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`);
      const answer = text(upload);
      await pour(upload);
      expect(await answer).toMatch(new RegExp(`\r\n\r\n${size}$`));
      expect(peak(child.pid!) - before).toBeLessThan(growthLimit.up);
    },
    90_000,
  );
});

describe('a config file that changes', () => {
  const routed = (...addresses: string[]) => `
listeners: { public: { address: 8080, routes: [{ path: /, pool: main }] } }
pools: { main: { endpoints: { static: [${addresses.map((address) => `{ address: '${address}' }`).join()}] } } }
`;
  const named = (name: string) => httpUpstream((_request, response) => void response.end(name));
  const replace = (file: string, content: string): void => {
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };

  it('is put into force on SIGHUP and by itself, without losing a connection; a faulty one is not', async () => {
    const [first, second] = [await named('first'), await named('second')];
    const file = configFile(routed(first.address));
    const { child, exit } = edgeLb(['run', file]);
    const lines: string[] = [];
    const port = await portOf(child);
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const client = await rawClient(port);
    const ask = async (body: string, times: number) => {
      client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await client.until(`\r\n\r\n${body}`, times);
    };
    await ask('first', 1);

    writeFileSync(file, routed(second.address));
    child.kill('SIGHUP');
    await expect.poll(() => lines.join()).toContain('configuration reloaded');
    await ask('second', 1);

    replace(file, 'listeners: {}');
    await expect.poll(() => lines.join(), { timeout: 5000 }).toMatch(/configuration refused; the old one stays/);
    expect(lines.join()).toMatch(/must hold at least one listener.*pools/);
    await ask('second', 2);

    replace(file, routed(first.address));
    await expect
      .poll(() => lines.filter((line) => line.includes('configuration reloaded')).length, { timeout: 5000 })
      .toBeGreaterThan(1);
    await ask('first', 2);
    client.socket.destroy();
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });
});

describe('workers', () => {
  const workersOf = (pid: number): number[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  const instanceOf = async (port: number): Promise<string | null> => {
    const response = await fetch(`http://127.0.0.1:${port}/livez`, { headers: { connection: 'close' } });
    return response.headers.get('x-served-by');
  };

  it.skipIf(process.platform !== 'linux')(
    'share a port, are told of health by the primary, are replaced when they die, and drain with it',
    async () => {
      const upstream = await httpUpstream((_request, response) => void response.end('ok'));
      const port = await freePort();
      const text = `
listeners: { public: { address: '127.0.0.1:${port}', routes: [{ path: /, pool: main }] } }
pools: { main: { endpoints: { static: [{ address: '${upstream.address}' }] }, health: { intervalSeconds: 0.1, fall: 1, rise: 1 } } }
workers: 2
`;
      const { child, stderr, exit } = edgeLb(['run', configFile(text)], {
        EDGEWAY_LISTEN: undefined,
        EDGEWAY_INSTANCE: 'edge',
      });
      child.stdout.resume();
      const served = new Set<string | null>();
      await expect
        .poll(async () => served.add(await instanceOf(port).catch(() => null)), { timeout: 8000, interval: 20 })
        .toEqual(expect.objectContaining({ size: expect.any(Number) as number }));
      await expect
        .poll(async () => served.add(await instanceOf(port).catch(() => null)).has('edge.1') && served.has('edge.2'), {
          timeout: 8000,
          interval: 5,
        })
        .toBe(true);

      upstream.healthy = false;
      await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
      upstream.healthy = true;
      await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);

      const [victim] = workersOf(child.pid!);
      process.kill(victim!, 'SIGKILL');
      await expect.poll(() => workersOf(child.pid!).filter((pid) => pid !== victim).length, { timeout: 5000 }).toBe(2);
      for (let i = 0; i < 10; i++)
        expect((await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).status).toBe(200);

      const last = workersOf(child.pid!);
      child.kill('SIGTERM');
      expect(await exit).toBe(0);
      expect(await stderr).toBe('');
      for (const pid of last) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    },
    20_000,
  );

  it.skipIf(process.platform !== 'linux')(
    'take what the internal API of the primary changes, and are counted there',
    async () => {
      const upstream = await httpUpstream((_request, response) => void response.end('ok'));
      const [port, admin] = [await freePort(), await freePort()];
      const token = 'a-token-of-enough-length';
      const text = `
listeners: { public: { address: '127.0.0.1:${port}', routes: [{ path: /, pool: main }] } }
pools: { main: { endpoints: { static: [{ address: '${upstream.address}' }] } } }
workers: 2
admin: { address: '127.0.0.1:${admin}', tokenFile: ${configFile(token)} }
`;
      const { child, exit } = edgeLb(['run', configFile(text)], { EDGEWAY_LISTEN: undefined });
      child.stdout.resume();
      const status = async () => (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))?.status;
      await expect.poll(status, { timeout: 8000 }).toBe(200);
      for (let i = 0; i < 9; i++) expect(await status()).toBe(200);
      const counted = async () => {
        const metrics = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
        return Number(/requests_total\{listener="public",pool="main",status_class="2xx"\} (\d+)/.exec(metrics)?.[1]);
      };
      await expect.poll(counted, { timeout: 5000 }).toBe(10);
      const drained = await fetch(
        `http://127.0.0.1:${admin}/pools/main/endpoints/${encodeURIComponent(upstream.address)}`,
        {
          method: 'PATCH',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: '{"draining":true}',
        },
      );
      expect(await drained.json()).toMatchObject({ state: 'draining', requests: 10 });
      await expect.poll(status).toBe(503);
      child.kill('SIGTERM');
      expect(await exit).toBe(0);
    },
    20_000,
  );
});
