import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpUpstream } from './testing/fake-upstream.ts';

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

const configOf = (address: string) => `
listeners: { public: { address: 8080, routes: [{ path: /, pool: main }] } }
pools: { main: { endpoints: { static: [{ address: '${address}' }] } } }
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
