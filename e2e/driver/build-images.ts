import { run } from './command.ts';

/** Global setup: the images of this very source, once for all stacks. Docker's cache skips what did not change. */
export default async function buildImages(): Promise<void> {
  if (process.env['EDGEWAY_E2E_COMPOSE'] !== 'yes') return;
  await run('docker', ['compose', 'build', '--quiet'], process.env);
}
