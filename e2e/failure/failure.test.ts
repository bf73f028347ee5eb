import { afterAll, beforeAll, describe } from 'vitest';
import type { Stack } from '../driver/stack.ts';
import { runners, startStack } from '../driver/start-stack.ts';
import { processFailures } from './processes.ts';
import { storeFailures } from './stores.ts';

/** Sign-ins and requests are not what is tested here. */
const env = { AUTH_LIMIT_POINTS: '100000', USER_LIMIT_POINTS: '1000000' };

describe.for(runners)('$name', ({ runner, offered }) => {
  describe.skipIf(!offered)('lb-gw-lb', () => {
    let stack: Stack;
    beforeAll(async () => {
      stack = await startStack(runner, { pattern: 'lb-gw-lb', env });
    });
    afterAll(() => stack?.down());
    processFailures(() => stack);
    storeFailures(() => stack);
  });
});
