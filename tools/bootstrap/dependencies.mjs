import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';

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
  for (let told = false; !take(lock); told = true) {
    if (!told) process.stderr.write(`Waiting for process ${holderOf(lock)}, which installs the dependencies …\n`);
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
    rmSync(lock, { force: true });
  }
}

/** Takes the lock, a file that holds the number of the process that installs; one that was killed has left it. */
function take(lock) {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock); // fails when it is there, and never shows half of a file
    return true;
  } catch {
    if (!isAlive(holderOf(lock))) rmSync(lock, { recursive: true, force: true });
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function holderOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
