import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';

/** An install that is older than this has been killed; its lock is void. */
const staleMs = 10 * 60_000;

/** Installs what package-lock.json says, unless that is what is installed. Of two starts at once, one installs. */
export function ensureDependencies(root, node) {
  const stamp = join(root, 'node_modules/.edgeway-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const upToDate = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (upToDate()) return;
  const lock = join(root, '.cache/installing');
  mkdirSync(join(root, '.cache'), { recursive: true });
  while (!take(lock)) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    if (upToDate()) return;
  }
  try {
    if (upToDate()) return;
    process.stderr.write('Installing dependencies (about a minute, once) …\n');
    npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      node,
      stdio: ['ignore', 'ignore', 'inherit'],
      what: 'install the dependencies',
    });
    writeFileSync(stamp, wanted);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function take(lock) {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > staleMs) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}
