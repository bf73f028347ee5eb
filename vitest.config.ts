import { defineConfig } from 'vitest/config';

/** Unit and service tests: beside the code, side by side. The black-box ones have e2e/vitest.config.ts. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'e2e/**'],
    environment: 'node',
    globalSetup: ['tools/test/src/stores/global-setup.ts'],
    restoreMocks: true,
    unstubEnvs: true,
    testTimeout: 10_000,
    hookTimeout: 30_000,
  },
});
