/** How the tests run: two processes at a time, real servers, one count at the end. */
import { existsSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';

const house = ['test/architecture.test.ts', 'test/architecture-breaks.test.ts'];
const engines = 'test/engines.setup.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Bounds for what hangs, far beyond what anything takes: how fast a machine is decides no test.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    exclude: ['**/node_modules/**', '**/dist/**'],
    allowOnly: false,
    projects: [
      // The tests about the repository itself need no engines, so `npm run check` can run them alone.
      { extends: true, test: { name: 'house', include: house } },
      {
        extends: true,
        test: {
          name: 'product',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...house],
          globalSetup: existsSync(engines) ? [engines] : [],
        },
      },
    ],
  },
});
