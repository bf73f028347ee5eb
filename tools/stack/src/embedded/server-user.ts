import { lstatSync, statSync } from 'node:fs';
import { dirname, parse, resolve } from 'node:path';

/** PostgreSQL refuses to run as root; this is `nobody` on every Linux. */
const nobody = 65_534;
export const isRoot = process.getuid?.() === 0;

/** Whom to run the server as: the user of this process, or instead of root `nobody`. */
export const serverUser: { readonly uid?: number; readonly gid?: number } = isRoot ? { uid: nobody, gid: nobody } : {};

/** Outlives a reboot, unlike /tmp, and everyone may enter it. */
export const commonRoot = '/var/tmp';

/** Whether the server's user may enter every folder on the way to `path`. */
export function isReachable(path: string): boolean {
  if (!isRoot) return true;
  for (let dir = resolve(path); dir !== parse(dir).root; dir = dirname(dir)) {
    const mode = statSync(dir, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
  }
  return true;
}

/**
 * Refuses a path in the common folder that somebody else has prepared: everyone may write there, and
 * what we do next we do as root.
 *
 * @throws Error when it is there and is neither root's nor the server's folder.
 */
export function refuseStrangers(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || (found.isDirectory() && [0, nobody].includes(found.uid))) return;
  throw new Error(`${path} belongs to user ${found.uid}, who may not be trusted with it. Remove it and start again.`);
}
