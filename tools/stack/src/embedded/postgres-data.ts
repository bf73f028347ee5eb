import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { postgresPrograms } from './postgres-programs.ts';
import { runAsServer } from './run-as-server.ts';
import { commonRoot, isReachable, refuseStrangers, serverUser } from './server-user.ts';

export interface DataOptions {
  /** Made when it is missing or empty; kept otherwise. */
  readonly dataDir: string;
  /** Of the superuser `postgres`. */
  readonly password: string;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
}

/** Says with which password the folder was left: who has lost the secrets gets new ones, and keeps the data. */
const stampName = 'edgeway-password';
const previousServerMs = 10_000;

/** Where the data really are: `wanted`, or a folder for it elsewhere when the server's user cannot reach it. */
export function postgresDataDir(wanted: string): string {
  if (isReachable(dirname(resolve(wanted)))) return wanted;
  const dir = join(commonRoot, `edgeway-${hashOf(resolve(wanted)).slice(0, 12)}`);
  refuseStrangers(dir);
  return dir;
}

/**
 * Makes the folder ready for a server: initialised, with that password, and left by the server of an
 * earlier run.
 *
 * @returns where it is; see {@link postgresDataDir}.
 */
export async function preparePostgres({ dataDir, password, signal }: DataOptions): Promise<string> {
  const dir = postgresDataDir(dataDir);
  if (!existsSync(join(dir, 'PG_VERSION'))) await initialise(dir, password, signal);
  await previousServerGone(dir);
  if (stampOf(dir) !== hashOf(password)) await setPassword(dir, password, signal);
  return dir;
}

/** Beside its place, and moved there when it is done: what was interrupted is not taken for a database. */
async function initialise(dir: string, password: string, signal: AbortSignal | undefined): Promise<void> {
  const draft = `${dir}.new`;
  const passwordFile = `${dir}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(dirname(draft), { recursive: true });
  mkdirSync(draft, { mode: 0o700 });
  rmSync(passwordFile, { force: true });
  try {
    writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
    for (const path of [draft, passwordFile]) giveToServer(path);
    const settings = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    const args = ['-D', draft, '-U', 'postgres', '--pwfile', passwordFile, ...settings];
    await runAsServer(spawn(postgresPrograms().initdb, args, { ...serverUser, cwd: draft, signal }), 'initdb');
    stamp(draft, password);
    if (existsSync(dir)) rmdirSync(dir);
    renameSync(draft, dir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

async function setPassword(dir: string, password: string, signal: AbortSignal | undefined): Promise<void> {
  const server = spawn(postgresPrograms().postgres, ['--single', '-D', dir, 'postgres'], {
    ...serverUser,
    cwd: dir,
    signal,
  });
  await runAsServer(server, 'postgres --single', `ALTER ROLE postgres PASSWORD '${password.replaceAll("'", "''")}'\n`);
  stamp(dir, password);
}

/**
 * The server of a runner that was killed takes a moment to stop, and one that was killed itself has
 * left its lock file, whose number another process may have by now.
 */
async function previousServerGone(dir: string): Promise<void> {
  const lock = join(dir, 'postmaster.pid');
  const deadline = performance.now() + previousServerMs;
  while (existsSync(lock)) {
    const pid = Number(textOf(lock)?.split('\n', 1)[0]);
    if (!isServerOf(dir, pid)) return rmSync(lock, { force: true });
    if (performance.now() > deadline)
      throw new Error(`Another PostgreSQL (process ${pid}) serves ${dir}. Stop it with: kill -INT ${pid}`);
    await wait(50);
  }
}

function isServerOf(dir: string, pid: number): boolean {
  if (process.platform === 'linux') return textOf(`/proc/${pid}/cmdline`)?.split('\0').includes(dir) ?? false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function giveToServer(path: string): void {
  if (serverUser.uid !== undefined) chownSync(path, serverUser.uid, serverUser.gid!);
}

function stamp(dir: string, password: string): void {
  const path = join(dir, stampName);
  rmSync(path, { force: true });
  writeFileSync(path, hashOf(password), { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
  giveToServer(path);
}

const stampOf = (dir: string): string | undefined => textOf(join(dir, stampName));

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
