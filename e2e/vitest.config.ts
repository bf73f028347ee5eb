import { defineConfig } from 'vitest/config';

/** Black box: whole stacks, one at a time, since each takes the machine. */
export default defineConfig({
  test: {
    dir: 'e2e',
    include: ['**/*.test.ts'],
    fileParallelism: false,
    globalSetup: [`${import.meta.dirname}/driver/build-images.ts`],
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
});
