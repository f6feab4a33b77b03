import { defineConfig } from 'vitest/config';

/** All of test/: unit/ needs nothing but Node; what needs an engine says so by its folder. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    unstubEnvs: true,
    restoreMocks: true,
  },
});
