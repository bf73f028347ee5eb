import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/** Runs npm: the one that started us, else the one on PATH. `what` completes "npm could not …". */
export function npm(args, { what, node = process.execPath, ...options }) {
  const script = process.env.npm_execpath;
  // The script of one command would be taken for the script of the next.
  const env = { ...process.env, npm_lifecycle_script: '' };
  // Other package managers name themselves there too; the lock is npm's.
  const viaNode = script !== undefined && /npm-cli\.c?js$/.test(script);
  const [command, leading] = viaNode ? [node, [script]] : ['npm', []];
  const { status, error } = spawnSync(command, [...leading, ...args], {
    env,
    ...options,
    shell: !viaNode && process.platform === 'win32',
  });
  if (error?.code === 'ENOENT')
    throw new Error(
      `npm could not be found (looked beside ${dirname(node)} and on PATH). Install npm and start again.`,
    );
  if (error) throw error;
  if (status !== 0)
    throw new Error(`npm could not ${what}. Is the package registry reachable? The lines above say more.`);
}
