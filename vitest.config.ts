import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { closingLineReporter } from './test/closing-line-reporter.ts';

const env = { PACT_DO_NOT_TRACK: 'true', SCARF_ANALYTICS: 'false' };

export default defineConfig({
  test: {
    reporters: ['default', closingLineReporter],
    // One more than there are cores: the flow tests mostly wait for processes and ports.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // Pure functions: one thread for all files, a quarter of the time.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], pool: 'threads', isolate: false, testTimeout: 10_000, env } },
      ...['flow', 'security', 'infra', 'conformance'].map((name) => ({
        test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: 30_000, hookTimeout: 30_000, env },
      })),
      // Pact's native part loses interactions where two processes write one file: a pact has one test file, which writes into a directory of its own.
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, env } },
      // The report's page in headless Chromium; skipped with the reason where there is none.
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, env } },
      // Real containers; skipped with the reason where there is no Docker.
      { test: { name: 'docker', include: ['test/docker/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, env } },
    ],
  },
});
