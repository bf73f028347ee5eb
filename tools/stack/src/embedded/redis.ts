import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../ports/free-port.ts';
import { accepts } from '../processes/health.ts';
import { spawnApp } from '../processes/spawn-app.ts';
import type { EmbeddedServer } from './postgres.ts';

const script = fileURLToPath(new URL('redis-main.ts', import.meta.url));

/** Starts a server of the Redis protocol on loopback, in a process of its own. In memory: it forgets when it stops. */
export function spawnRedis(port: number): ChildProcess {
  return spawnApp({ root: process.cwd(), command: [script, String(port)], env: {} });
}

/** A Redis for tests: started, answering, without a password. */
export async function startRedis(options: { readonly port?: number } = {}): Promise<EmbeddedServer> {
  const port = options.port ?? (await freePort());
  const server = spawnRedis(port);
  server.stdout?.resume();
  server.stderr?.resume();
  while (!(await accepts(port))) {
    if (server.exitCode !== null) throw new Error(`Redis ended with ${server.exitCode}`);
    await wait(50);
  }
  return {
    host: '127.0.0.1',
    port,
    async stop() {
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
    },
  };
}
