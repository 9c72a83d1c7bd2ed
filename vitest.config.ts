import { defineConfig } from 'vitest/config';
import { closingLineReporter } from './test/closing-line-reporter.ts';

const folders = ['unit', 'flow', 'conformance', 'security', 'infra', 'regression'];

export default defineConfig({
  test: {
    reporters: ['default', closingLineReporter],
    projects: folders.map((name) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: name === 'unit' ? 5_000 : 30_000,
        hookTimeout: 30_000,
        env: { PACT_DO_NOT_TRACK: 'true', SCARF_ANALYTICS: 'false' },
      },
    })),
  },
});
