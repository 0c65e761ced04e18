import { defineConfig } from 'vitest/config';

/** One run over every package: a PostgreSQL cluster is started once and shared by all test files. */
export default defineConfig({
  test: {
    include: [
      'packages/**/test/**/*.test.ts',
      'packages/**/src/**/*.test.ts',
      'services/**/test/**/*.test.ts',
      'services/**/src/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.data/**'],
    globalSetup: ['test/harness/postgres-cluster.ts'],
    setupFiles: ['test/harness/patience.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Patience only: where the cores are shared, a service of ours may take half a minute to start.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
