import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { SmokeReport } from '../../src/reports/smoke-model.js';
import { RunningCommand } from '../helpers/cli-scene.js';
import { commandsAreProcesses, folderOfTheFile, rcluster, run } from '../helpers/run.js';

commandsAreProcesses();

const FOLDER = folderOfTheFile();
const ROOT = join(import.meta.dirname, '..', '..');
const LONG = { timeout: 90_000 };

/** Containers of any smoke test, running or not. */
const leftovers = async () =>
  (await run('docker', ['ps', '-a', '--format', '{{.Names}}'])).stdout
    .split('\n')
    .filter((name) => name.startsWith('smoke-'));

const smoke = async (...args: string[]) => {
  const { code, stdout, stderr } = await rcluster(['smoke', '-q', '--json', ...args], { timeoutMs: 90_000 });
  return { code, stderr, report: JSON.parse(stdout) as SmokeReport };
};

describe('smoke', () => {
  it('passes, says so for CI, and leaves nothing behind', LONG, async () => {
    const junit = join(FOLDER, 'smoke.xml');
    // The limit is not the point here: a loaded machine may fail over later.
    const { code, report, stderr } = await smoke('--junit', junit, '--max-outage', '10');
    expect(
      report.checks.filter(({ verdict }) => verdict !== 'pass'),
      stderr,
    ).toEqual([]);
    expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict: 'pass' });
    expect(report.checks.map(({ message }) => message).join('\n')).toMatch(/16384 slots, all read back/);
    const xml = await readFile(junit, 'utf8');
    expect(xml).toContain(`tests="${report.checks.length}" failures="0"`);
    expect(await leftovers()).toEqual([]);
  });

  it('fails when the failover takes longer than it may, tries no more, and cleans up', LONG, async () => {
    const junit = join(FOLDER, 'failed.xml');
    const slow = ['--node-timeout', '2000', '--max-outage', '1', '--junit', junit];
    const { code, report } = await smoke('--runtime', 'process', ...slow);
    expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'fail' });
    const [, , replaced, back] = report.checks;
    expect(replaced).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('--max-outage') as string,
    });
    expect(back).toMatchObject({ verdict: 'skip' });
    expect(report.checks.at(-1)).toMatchObject({ verdict: 'pass', message: '6 nodes removed' });
    expect(await readFile(junit, 'utf8')).toMatch(/failures="1" errors="0" skipped="4"/);
  });

  it('cleans up when it is interrupted', LONG, async () => {
    const command = new RunningCommand(['smoke']);
    await command.untilItSays('writing to every slot');
    expect(await leftovers()).toHaveLength(6);
    command.signal('SIGINT');
    expect((await command.ended).code).toBe(130);
    expect(await leftovers()).toEqual([]);
  });

  it('refuses what makes no sense before anything is booted', async () => {
    const { code, stdout } = await rcluster(['smoke', '--json', '--max-outage', 'soon', '--masters', 'many']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/--max-outage.*--masters|--masters[^]*--max-outage/);
    expect((await rcluster(['smoke', '--junit', '/nowhere/smoke.xml'])).code).toBe(2);
  });
});

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

describe('what others use in their pipelines', () => {
  const read = async (...path: string[]) => parse(await readFile(join(ROOT, ...path), 'utf8')) as unknown;

  it('the action runs what it is asked for, and evaluates nothing of it', async () => {
    const action = (await read('action.yml')) as { runs: { using: string; steps: Step[] } };
    expect(action.runs.using).toBe('composite');
    const script = action.runs.steps.find(({ name }) => name === 'Run rcluster')?.run ?? '';
    // A stand-in for the program says how it was called.
    const said = async (COMMAND: string, ARGUMENTS: string) => {
      const text = `rcluster() { printf '[%s]' "$@"; }\n${script}`;
      return (await run('bash', ['-ec', text], { env: { COMMAND, ARGUMENTS, JUNIT: 'out.xml' } })).stdout;
    };
    expect(await said('smoke', '--image redis:7.2')).toBe('[smoke][--image][redis:7.2][--junit][out.xml]');
    expect(await said('drill run kill-master', '')).toBe('[drill][run][kill-master][--junit][out.xml]');
    expect(await said('up', '$(id) ; `id`')).toBe('[up][$(id)][;][`id`]');
  });

  it('the workflow calls commands that there are, with options that they take', async () => {
    const workflow = (await read('templates', 'ci', 'github-actions.yml')) as {
      jobs: Record<string, { steps: Step[] }>;
    };
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    const ours = steps.filter(({ uses }) => uses?.includes('/rcluster@') === true);
    const calls = [
      ...ours.map((step) => `${step.with?.['command'] ?? 'smoke'} ${step.with?.['arguments'] ?? ''}`),
      ...steps.flatMap((step) =>
        [...(step.run ?? '').matchAll(/rcluster (.*)/g)].map(([, words = '']) => words),
      ),
    ];
    expect(calls.length).toBeGreaterThan(3);
    for (const call of calls) {
      const { code, stderr } = await rcluster([...call.trim().split(/\s+/), '--help']);
      expect(code, `${call}\n${stderr}`).toBe(0);
      const { stdout: help } = await rcluster([
        ...call
          .split(/ --/)[0]!
          .trim()
          .split(/\s+/)
          .slice(0, call.startsWith('drill') ? 2 : 1),
        '--help',
      ]);
      for (const [flag] of call.matchAll(/--[a-z-]+/g)) expect(help).toContain(flag);
    }
  });
});
