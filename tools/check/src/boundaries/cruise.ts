import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../../../..');

/** One import that a rule forbids. */
export interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

export interface Cruise {
  readonly violations: readonly Violation[];
  /** Modules seen. None means a broken set-up, not a clean one. */
  readonly totalCruised: number;
}

/** Runs dependency-cruiser with the repository's configuration on the workspace at `cwd`. */
export async function cruise(cwd: string): Promise<Cruise> {
  const bin = join(root, 'node_modules/.bin/depcruise');
  const args = ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json'];
  const { stdout } = await promisify(execFile)(bin, [...args, 'apps', 'libs', 'tools', 'e2e'], {
    cwd,
    maxBuffer: 64 * 2 ** 20,
  });
  return (JSON.parse(stdout) as { summary: Cruise }).summary;
}
