import { once } from 'node:events';
import { ConfigError } from '@edgeway/config';
import { runService } from '../run-service.ts';

/** A real process for run-service.test.ts: what it does is its first argument. */
const behaviour = process.argv[2];

// A program that loads slowly, while its parent goes.
if (behaviour === 'late') await once(process, 'disconnect');

await runService('probe', async ({ env }) => {
  if (behaviour === 'faulty')
    throw new ConfigError('probe.yaml', [
      { path: 'a', message: 'is wrong' },
      { path: 'b.c', message: 'is missing' },
    ]);
  if (behaviour === 'bug')
    setImmediate(() => {
      throw new Error('unforeseen');
    });
  const open = setInterval(() => undefined, 1000);
  if (process.connected) process.send?.('started');
  return {
    drain: async () => {
      process.stdout.write(`draining within ${env['DRAIN_SECONDS']}\n`);
      if (behaviour === 'deaf') await new Promise(() => undefined);
    },
    close: async () => clearInterval(open),
  };
});
