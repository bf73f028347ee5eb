import type { TestProject } from 'vitest/node';
import { chooseStores } from './choose.ts';
import { startLender } from './lender.ts';

/** Vitest's global setup: stores for the tests of this run, from one source. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Its reaper is one more image to pull; containers.ts has a watchdog instead.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const source = await chooseStores(process.env);
  const lender = await startLender(source);
  process.stdout.write(`stores: ${source.kind}\n`);
  project.provide('storesUrl', lender.url);
  return () => lender.stop();
}
