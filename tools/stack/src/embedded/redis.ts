import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../ports/free-port.ts';
import { redisAnswers } from '../processes/health.ts';
import { spawnApp } from '../processes/spawn-app.ts';
import { untilAnswers, stopChild, type EmbeddedServer } from './embedded-server.ts';

const script = fileURLToPath(new URL('redis-main.ts', import.meta.url));

export interface RedisOptions {
  readonly port: number;
  /** A redis.conf with `requirepass`. Default: no password. */
  readonly configFile?: string | undefined;
}

/** Starts a server of the Redis protocol on loopback, in a process of its own. In memory: it forgets when it stops. */
export function spawnRedis({ port, configFile }: RedisOptions): ChildProcess {
  const command = [script, String(port), ...(configFile === undefined ? [] : [configFile])];
  return spawnApp({ root: process.cwd(), command, env: {} });
}

/** A Redis for tests: started, answering, without a password. */
export async function startRedis(options: Partial<RedisOptions> = {}): Promise<EmbeddedServer> {
  const port = options.port ?? (await freePort());
  const server = spawnRedis({ ...options, port });
  await untilAnswers(server, 'Redis', () => redisAnswers(port));
  return { host: '127.0.0.1', port, stop: () => stopChild(server, 'SIGTERM') };
}
