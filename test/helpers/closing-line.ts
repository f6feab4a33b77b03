import type { Reporter, TestModule } from 'vitest/node';

/** Folders whose tests need an engine; a run of continuous integration without them has not tested rcluster. */
const ENGINE_FOLDERS = ['test/contract/', 'test/cluster/', 'test/cli/', 'test/drills/'];

/** Ends the output with `N passed, N failed`, and fails a run of .ci/run in which no test against Docker ran. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const [passed, skipped] = [count('passed'), count('skipped')];
    const failed =
      count('failed') +
      modules.filter((module) => module.state() === 'failed' && module.children.size === 0).length;
    const missing = ENGINE_FOLDERS.filter((folder) => {
      const inFolder = modules.filter((module) => module.relativeModuleId.startsWith(folder));
      return !inFolder.some((module) => [...module.children.allTests('passed')].length > 0);
    });
    if (process.env['CI'] !== undefined && missing.length > 0) {
      console.error(`no test ran against a real engine in ${missing.join(', ')}`);
      process.exitCode = 1;
    }
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
}
