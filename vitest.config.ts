import { defineConfig } from 'vitest/config';

/** What measures time, watches a client for errors, or looks at all that the engine has: a neighbour would be in the way. */
const UNDISTURBED = [
  'contract/docker',
  'cli/main-job',
  'cli/engine-restart',
  'cluster/scaling',
  'cluster/upgrade',
  'cluster/bench',
  'cluster/doctor',
  'drills/workload',
  'drills/drill',
  'drills/smoke',
].map((name) => `test/${name}.test.ts`);

const LEFTOVERS = 'test/helpers/leftovers.ts';

/** All of test/: unit/ needs nothing but Node; what needs an engine says so by its folder. Groups run in turn. */
export default defineConfig({
  test: {
    unstubEnvs: true,
    restoreMocks: true,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/helpers/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // A process and all modules anew for each file would take as long as half of the tests.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Most of their time goes by while nodes wait for each other, so three share the machine.
        extends: true,
        test: {
          name: 'clusters',
          include: ['test/{contract,cli,cluster,drills}/**/*.test.ts'],
          exclude: UNDISTURBED,
          globalSetup: LEFTOVERS,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'undisturbed',
          include: UNDISTURBED,
          globalSetup: LEFTOVERS,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
