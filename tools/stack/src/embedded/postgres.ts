import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../ports/free-port.ts';
import { accepts } from '../processes/health.ts';
import { isInitialised, postgresDataDir, postgresPrograms, serverUser } from './postgres-files.ts';

export interface EmbeddedServer {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Made when it is empty; kept otherwise. */
  readonly dataDir: string;
  /** Of the superuser `postgres`. Used when the data folder is made. */
  readonly password: string;
  readonly port: number;
}

/** Makes the data folder if there is none. @returns where it is: elsewhere when the server's user cannot reach the wanted place. */
export async function preparePostgres({ dataDir, password }: Omit<PostgresOptions, 'port'>): Promise<string> {
  const dir = postgresDataDir(dataDir);
  if (isInitialised(dir)) return dir;
  const passwordFile = join(tmpdir(), `edgeway-${process.pid}-${Date.now()}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (serverUser.uid !== undefined) chownSync(passwordFile, serverUser.uid, serverUser.gid!);
  chmodSync(passwordFile, 0o600);
  try {
    const args = [
      '-D',
      dir,
      '-U',
      'postgres',
      '--pwfile',
      passwordFile,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ];
    const child = spawn(postgresPrograms().initdb, args, {
      ...serverUser,
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`initdb ended with ${code}:\n${said}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  return dir;
}

/**
 * Starts a real PostgreSQL on a prepared folder, on loopback only, with fsync on: data survives.
 * Should this process be killed, a watchdog that holds the other end of a pipe stops the server.
 */
export function spawnPostgres({ dataDir, port }: Pick<PostgresOptions, 'dataDir' | 'port'>): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '80',
    shared_buffers: '32MB',
    jit: 'off',
  };
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

/** A PostgreSQL for tests: prepared, started, answering. */
export async function startPostgres(
  options: Omit<PostgresOptions, 'port'> & { readonly port?: number },
): Promise<EmbeddedServer> {
  const port = options.port ?? (await freePort());
  const dataDir = await preparePostgres(options);
  const server = spawnPostgres({ dataDir, port });
  server.stdout?.resume();
  let said = '';
  server.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  while (!(await accepts(port))) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}:\n${said}`);
    await wait(50);
  }
  const stop = async (): Promise<void> => {
    const gone = once(server, 'exit');
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGINT');
      await gone;
    }
    if (dataDir !== options.dataDir) rmSync(dataDir, { recursive: true, force: true });
  };
  return { host: '127.0.0.1', port, stop };
}
