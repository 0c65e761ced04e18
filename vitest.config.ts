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
    pool: 'forks',
    maxWorkers: 2,
    // Patience only: a machine of two cores runs two suites that start processes, and nothing is proved by haste.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
