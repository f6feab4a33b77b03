import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { StatusReport } from '../../src/index.js';
import type { DrillReport } from '../../src/reports/model.js';
import { RunningCommand, errorIn, failure, scene, until } from '../helpers/cli-scene.js';
import { firstPortOf } from '../helpers/ports.js';
import { commandsAreProcesses, folderOfTheFile, rcluster, rclusterSucceeds } from '../helpers/run.js';

commandsAreProcesses();

/** Drills from the command line, on one cluster. */

vi.setConfig({ testTimeout: 90_000 });

const CLUSTER = 'drill';
const OF = ['-c', CLUSTER] as const;
const FOLDER = folderOfTheFile();

scene(CLUSTER);

beforeAll(async () => {
  await rclusterSucceeds(['up', ...OF, '--base-port', String(firstPortOf(import.meta.filename))], {
    timeoutMs: 120_000,
  });
});

afterAll(async () => {
  await rcluster(['down', ...OF]);
});

/** A drill's exit code and report; it has to get as far as a verdict. */
async function drill(...args: readonly string[]): Promise<{ code: number; report: DrillReport }> {
  const { code, stdout, stderr } = await rcluster(['drill', 'run', ...args, ...OF, '--json'], {
    timeoutMs: 90_000,
  });
  const report = JSON.parse(stdout) as DrillReport;
  expect(report.verdict, `${stdout}\n${stderr}`).toBeDefined();
  return { code, report };
}

const statusOf = async () => JSON.parse((await rcluster(['status', ...OF, '--json'])).stdout) as StatusReport;

/** The cluster mends itself once nothing is broken any more. */
async function expectWhole(): Promise<void> {
  const faults = JSON.parse(await rclusterSucceeds(['faults', ...OF, '--json'])) as { faults: unknown[] };
  expect(faults.faults).toEqual([]);
  await until('a whole cluster', async () => ((await statusOf()).findings.length === 0 ? true : undefined));
}

describe('kill-master', () => {
  test('passes, tells the phases of the outage, and misses what cannot be met', async () => {
    const files = ['junit', 'markdown', 'html'].flatMap((kind) => [
      `--${kind}`,
      join(FOLDER, `report.${kind}`),
    ]);
    const impossible = ['--expect', 'outage < 10ms'];
    const { code, report } = await drill('kill-master', '--seed', '7', ...impossible, ...files);
    const [run] = report.runs;
    const verdicts = Object.fromEntries(report.expectations.map(({ text, verdict }) => [text, verdict]));
    expect({ code, verdict: report.verdict, error: run!.error }).toEqual({
      code: 1,
      verdict: 'fail',
      error: null,
    });
    expect(verdicts).toMatchObject({ 'promoted == 1': 'pass', 'outage < 10ms': 'fail' });
    expect(run!.detectMs! + run!.electMs! + run!.recoverMs!).toBe(run!.outageMs);
    const kinds = run!.timeline.map(({ kind }) => kind);
    for (const kind of ['injected', 'failed', 'election-delayed', 'vote', 'promoted', 'agreed'] as const)
      expect(kinds).toContain(kind);
    // Seen by asking, and over in a moment: who gets no turn in time misses it.
    const isOnTime = run!.profiles.every(({ schedulingDelayP99Ms }) => schedulingDelayP99Ms < 20);
    if (isOnTime) expect(kinds).toContain('suspected');
    for (const kind of ['first-write', 'healed', 'rejoined', 'resynced'] as const)
      expect(kinds).toContain(kind);
    expect(run!.profiles.map(({ name }) => name)).toEqual(['default', 'tuned']);
    const victim = run!.lanes.find(({ node }) => node === run!.victim);
    // Back again it is a master, as it remembers, until it hears otherwise.
    const states = victim!.spans.map(({ state }) => state);
    expect(states.slice(0, 2)).toEqual(['master', 'down']);
    expect(states.slice(2).join()).toMatch(/^(master,)?replica$/);
    expect(report.environment).toMatchObject({
      cluster: CLUSTER,
      masters: 3,
      replicas: 3,
      nodeTimeoutMs: 400,
      seed: 7,
    });
    expect(await readFile(join(FOLDER, 'report.junit'), 'utf8')).toContain('outage &lt; 10ms');
    expect(await readFile(join(FOLDER, 'report.markdown'), 'utf8')).toContain('10ms');
    expect(await readFile(join(FOLDER, 'report.html'), 'utf8')).toContain('kill-master');
    await expectWhole();
  });
});

describe('graceful-failover', () => {
  test('has no failed request', async () => {
    const { report } = await drill('graceful-failover');
    const [run] = report.runs;
    expect(run).toMatchObject({ error: null, promotions: 1, victim: null, outageMs: null });
    const of = (text: string) => report.expectations.find((expectation) => expectation.text === text);
    expect([of('errors == 0')?.measured, of('lost == 0')?.measured]).toEqual(['0', '0']);
    await expectWhole();
  });
});

describe('a drill that ends early', () => {
  test('heals what it broke on Ctrl-C', async () => {
    const command = new RunningCommand(['drill', 'run', 'kill-master', ...OF]);
    await command.untilItSays('waiting for "promoted"');
    command.signal('SIGINT');
    const { code, stdout, stderr } = await command.ended;
    expect({ code, stdout }, stderr).toEqual({ code: 130, stdout: '' });
    await expectWhole();
  });

  test('leaves to rcluster heal what it broke when it is killed', async () => {
    const command = new RunningCommand(['drill', 'run', 'pause-master', ...OF]);
    await command.untilItSays('waiting for "promoted"');
    command.signal('SIGKILL');
    await command.ended;
    const { healed } = JSON.parse(await rclusterSucceeds(['heal', ...OF, '--json'])) as { healed: string[] };
    expect(healed).toEqual([expect.stringMatching(/^pause node-\d$/)]);
    await expectWhole();
  });
});

describe('a drill is refused', () => {
  test('on a cluster that is not healthy, unless that is allowed', async () => {
    const { nodes } = await statusOf();
    const replica = nodes.find(({ role }) => role === 'replica')!.name;
    await rclusterSucceeds(['stop', replica, ...OF]);
    const { details } = await failure([1, 'UNHEALTHY'], ['drill', 'run', 'kill-master', ...OF]);
    expect(details.join('\n')).toContain(replica);
    // It is let in, and then finds that it is too small for the scenario: skipped is not passed.
    const { code, report } = await drill('kill-master', '--allow-unhealthy');
    expect({ code, verdict: report.verdict }).toEqual({ code: 3, verdict: 'skip' });
    expect(report.skipped).toMatch(/^it needs 1 replica of each master, and node-\d has 0$/);
    await rclusterSucceeds(['start', replica, ...OF]);
    await expectWhole();
  });

  test('on a cluster that rcluster did not make, whatever is said of it', async () => {
    const run = ['drill', 'run', 'kill-master', '-c', 'elsewhere'] as const;
    await failure([2, 'CLUSTER_UNKNOWN'], run);
    const { details } = await failure(
      [2, 'CLUSTER_UNKNOWN'],
      [...run, '--i-know-this-is-not-a-lab', 'elsewhere'],
    );
    expect(details[0]).toContain('faults act on the containers or processes of the nodes');
    await failure([2, 'CONFIG_INVALID'], [...run, '--i-know-this-is-not-a-lab', 'other']);
  });

  test('when its scenario, its options or its files are wrong, before anything is broken', async () => {
    await failure([2, 'CONFIG_INVALID'], ['drill', 'run', 'kill-mastr', ...OF]);
    await failure([2, 'CONFIG_INVALID'], ['drill', 'run', 'kill-master', '--expect', 'outrage < 2s', ...OF]);
    await failure([2, 'CONFIG_INVALID'], ['drill', 'run', 'kill-master', '--html', '/nowhere/x.html', ...OF]);
    const unknown = await rcluster(['drill', 'rum', '--json']);
    expect([unknown.code, errorIn(unknown).code]).toEqual([2, 'USAGE']);
  });
});

test('drill list and drill show tell what there is', async () => {
  const list = JSON.parse(await rclusterSucceeds(['drill', 'list', '--json'])) as {
    scenarios: { name: string }[];
  };
  expect(list.scenarios.map(({ name }) => name)).toContain('kill-master');
  expect(await rclusterSucceeds(['drill', 'show', 'kill-master'])).toBe(
    await readFile(join(import.meta.dirname, '..', '..', 'templates', 'drills', 'kill-master.yaml'), 'utf8'),
  );
});
