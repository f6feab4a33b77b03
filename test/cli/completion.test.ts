import { describe, expect, it } from 'vitest';
import { isInstalled, PROGRAM } from '../helpers/cli-scene.js';
import { run, succeed } from '../helpers/run.js';

/** Asked as a shell asks: each time a process of its own. */
const rcluster = async (...args: string[]) => succeed(process.execPath, [PROGRAM, ...args]);
const suggested = async (...words: string[]) =>
  (await rcluster('complete', '--', ...words)).split('\n').map((line) => line.split('\t')[0]);

describe('completion', () => {
  it('knows commands and options', async () => {
    expect(await suggested('reb')).toContain('rebalance');
    const options = await suggested('up', '--mas');
    expect(options).toContain('--masters');
    expect(options).not.toContain('--replicas');
  });

  it.each(['bash', 'zsh', 'fish'])('prints a script for %s that asks rcluster', async (shell) => {
    expect(await rcluster('completion', shell)).toMatch(/rcluster complete|complete --/);
  });

  it.runIf(isInstalled('bash'))('is bound to the command by the script for bash', async () => {
    const script = 'source <("$0" "$1" completion bash); complete -p rcluster';
    const { stdout } = await run('bash', ['-c', script, process.execPath, PROGRAM]);
    expect(stdout).toMatch(/^complete .*rcluster$/m);
  });

  it('has help with examples, and refuses other shells', async () => {
    expect(await rcluster('completion', '--help')).toContain(
      '\nExamples:\n  $ source <(rcluster completion bash)',
    );
    expect((await run(process.execPath, [PROGRAM, 'completion', 'tcsh'])).code).toBe(2);
  });
});
