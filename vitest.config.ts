import { defineConfig } from 'vitest/config';

/** All of test/: unit/ needs nothing but Node; what needs an engine says so by its folder. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    unstubEnvs: true,
    restoreMocks: true,
    // Real clusters: two files at once on two cores would disturb each other's failovers.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/helpers/closing-line.ts'],
  },
});
