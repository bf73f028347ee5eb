import { afterAll, beforeAll, describe } from 'vitest';
import { createClient } from '../client/client.ts';
import { patterns, type Stack } from '../driver/stack.ts';
import { runners, startStack } from '../driver/start-stack.ts';
import { journey } from './journey.ts';

describe.for(runners)('$name', ({ runner, offered }) => {
  describe.skipIf(!offered).for(patterns)('%s', (pattern) => {
    let stack: Stack;
    beforeAll(async () => {
      stack = await startStack(runner, { pattern });
    });
    afterAll(() => stack?.down());
    journey(() => ({ client: createClient(stack.url), demoPassword: stack.demoPassword }));
  });
});
