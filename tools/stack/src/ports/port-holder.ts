import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Holder {
  readonly pid: number;
  readonly command: string;
}

/** Which process listens on a TCP port, as far as this user may know. */
export async function portHolder(port: number): Promise<Holder | undefined> {
  return process.platform === 'linux' ? fromProc(port) : fromLsof(port);
}

/** /proc/net/tcp: sl local_address rem_address st … inode; addresses in hex, 0A is LISTEN. */
async function fromProc(port: number): Promise<Holder | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((line) => line.trim().split(/\s+/));
  const inodes = new Set(
    rows.filter((row) => row[1]?.endsWith(suffix) === true && row[3] === '0A').map((row) => `socket:[${row[9]}]`),
  );
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const handle of handles) {
      const target = await readlink(`/proc/${pid}/fd/${handle}`).catch(() => '');
      if (inodes.has(target)) return { pid: Number(pid), command: await commandOf(pid) };
    }
  }
  return undefined;
}

async function commandOf(pid: string): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.split('\0').filter(Boolean).join(' ').slice(0, 120);
}

async function fromLsof(port: number): Promise<Holder | undefined> {
  const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']).catch(() => ({
    stdout: '',
  }));
  const pid = /^p(\d+)/m.exec(stdout)?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), command: /^c(.+)/m.exec(stdout)?.[1] ?? '' };
}
