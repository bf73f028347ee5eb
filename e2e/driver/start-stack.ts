import { startComposeStack } from './compose-stack.ts';
import { startLocalStack } from './local-stack.ts';
import type { Runner, Stack, StackOptions } from './stack.ts';

/** Both runners of docker-compose.yml. `npm test` says whether Docker answers. */
export const runners: readonly { readonly name: string; readonly runner: Runner; readonly offered: boolean }[] = [
  { name: 'npm start', runner: 'local', offered: true },
  { name: 'docker compose', runner: 'compose', offered: process.env['EDGEWAY_E2E_COMPOSE'] === 'yes' },
];

/** Starts a platform of this test's own, with new data, beside any that runs already. */
export function startStack(runner: Runner, options: StackOptions): Promise<Stack> {
  return runner === 'local' ? startLocalStack(options) : startComposeStack(options);
}
