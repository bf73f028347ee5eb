import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { freePort } from '../ports/free-port.ts';
import { postgresAnswers } from '../processes/health.ts';
import { stopChild, untilAnswers, type EmbeddedServer } from './embedded-server.ts';
import { preparePostgres, type DataOptions } from './postgres-data.ts';
import { postgresPrograms } from './postgres-programs.ts';
import { serverUser } from './server-user.ts';

export interface PostgresOptions extends DataOptions {
  /** Default: a free one. */
  readonly port?: number;
}

/** Loopback only. fsync stays on, as it is by default: data survives. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '80',
  shared_buffers: '32MB',
  jit: 'off',
};

/**
 * Starts a real PostgreSQL on a prepared folder. Should this process be killed, a watchdog that holds
 * the other end of a pipe stops the server.
 */
export function spawnPostgres({ dataDir, port }: { readonly dataDir: string; readonly port: number }): ChildProcess {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(postgresPrograms().postgres, ['-D', dataDir, '-p', String(port), ...flags], {
    ...serverUser,
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (process.platform !== 'win32' && server.pid !== undefined) {
    const watchdog = spawn('sh', ['-c', 'read _; kill -INT "$1" 2>/dev/null', 'watchdog', String(server.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    watchdog.unref();
    server.once('exit', () => watchdog.kill('SIGKILL'));
  }
  return server;
}

/** A PostgreSQL for tests: prepared, started, answering. What it had to put elsewhere is removed when it stops. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  const port = options.port ?? (await freePort());
  const dataDir = await preparePostgres(options);
  const server = spawnPostgres({ dataDir, port });
  await untilAnswers(server, 'PostgreSQL', () => postgresAnswers(port));
  const stop = async (): Promise<void> => {
    await stopChild(server, 'SIGINT');
    if (dataDir !== options.dataDir) rmSync(dataDir, { recursive: true, force: true });
  };
  return { host: '127.0.0.1', port, stop };
}
