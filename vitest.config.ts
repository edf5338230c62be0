import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

import { LongestFirst } from './test/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/compile-cache.ts'],
    setupFiles: ['test/equal-bytes.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A third of the time of a test that starts commands is waiting for a disk or a signal.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    sequence: { sequencer: LongestFirst },
  },
});
