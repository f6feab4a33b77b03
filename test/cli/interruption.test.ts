import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AddMasterResult, NodeReport, StatusReport, UpResult } from '../../src/index.js';
import {
  RunningCommand,
  containersOf,
  expectCheckedClean,
  leftoversOf,
  scene,
} from '../helpers/cli-scene.js';
import { removeTraces } from '../helpers/docker.js';
import { firstPortOf } from '../helpers/ports.js';
import { rcluster, rclusterSucceeds } from '../helpers/run.js';

/**
 * Commands that are ended in the middle. What they have got to is told by what they say on standard error; further
 * moments are drawn from a seed, which is printed: BL_SEED=NUMBER draws the same ones again.
 */

// Most of the time goes into waiting for the lock of a killed command to grow stale, so two can wait side by side.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000, maxConcurrency: 2 });

const PORT = firstPortOf(import.meta.filename);
const SEED = Number(process.env['BL_SEED'] ?? Date.now() % 1_000_000);
console.log(`BL_SEED=${SEED}`);

/** Numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomFrom(SEED);

/** When a command is disturbed: `afterMs` after it has said `said`, or after its start. */
interface Moment {
  readonly said?: string;
  readonly afterMs?: number;
}

async function reach(command: RunningCommand, { said, afterMs }: Moment): Promise<void> {
  if (said !== undefined) await command.untilItSays(said);
  // Not a wait for anything: the moment itself.
  if (afterMs !== undefined) await Promise.race([delay(afterMs), command.ended]);
}

/** At a moment that the clock names, a quick machine may be done already. */
async function killIt(command: RunningCommand, { afterMs }: Moment): Promise<void> {
  command.signal('SIGKILL');
  expect(afterMs === undefined ? [137] : [137, 0]).toContain((await command.ended).code);
}

const nameOf = ({ said, afterMs }: Moment) =>
  [
    ...(afterMs === undefined ? [] : [`${afterMs} ms after`]),
    said === undefined ? 'its start' : `"${said}"`,
  ].join(' ');

const INTERRUPTIONS: readonly (readonly [NodeJS.Signals, Moment])[] = [
  ['SIGINT', { afterMs: 0 }],
  ['SIGINT', { said: 'notice: ' }],
  ['SIGINT', { said: 'booting 3 nodes' }],
  ['SIGINT', { said: 'forming the cluster' }],
  ['SIGINT', { said: 'waiting until every node agrees' }],
  ['SIGTERM', { said: 'booting 3 nodes' }],
];
const SIGNALS = INTERRUPTIONS.map(([signal, moment], index) => ({
  signal,
  moment,
  at: nameOf(moment),
  name: `bl-int-${index}`,
  index,
}));

const KILLS = (
  [
    { said: 'booting 6 nodes' },
    { said: 'forming the cluster' },
    { said: 'waiting until every node agrees' },
    { afterMs: Math.round(300 + 1_500 * random()) },
    { said: 'booting 6 nodes', afterMs: Math.round(1_500 * random()) },
  ] satisfies Moment[]
).map((moment, index) => ({ moment, at: nameOf(moment), name: `bl-kill-${index}`, index }));

scene(...SIGNALS.map(({ name }) => name), ...KILLS.map(({ name }) => name), 'bl-both', 'bl-grow');

describe('up that is told to end', () => {
  test.concurrent.for(SIGNALS)(
    'removes what it made: $signal at $at',
    async (scenario, { onTestFinished }) => {
      const { signal, moment, name, index } = scenario;
      onTestFinished(() => removeTraces(name));
      const shape = ['--base-port', String(PORT + 6 * index), '--replicas', '0'];
      const command = new RunningCommand(['up', '-c', name, ...shape]);
      await reach(command, moment);
      command.signal(signal);
      const { code, stdout, stderr } = await command.ended;
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      // At its very start the command cannot say anything yet.
      if (moment.said !== undefined) expect(stderr).toContain(`error[INTERRUPTED]: interrupted by ${signal}`);
      expect(await leftoversOf(name)).toEqual([]);
    },
  );
});

describe('up that was killed', () => {
  test.concurrent.for(KILLS)('is finished by the next one: $at', async (scenario, { onTestFinished }) => {
    const { moment, name, index } = scenario;
    onTestFinished(() => removeTraces(name));
    const port = PORT + 6 * index;
    const command = new RunningCommand(['up', '-c', name, '--base-port', String(port)]);
    await reach(command, moment);
    await killIt(command, moment);
    const up = JSON.parse(
      await rclusterSucceeds(['up', '-c', name, '--base-port', String(port), '--json']),
    ) as UpResult;
    expect(up).toMatchObject({ state: 'ok', slotsCovered: 16_384, findings: [] });
    expect(shape(up.nodes)).toEqual({ masters: 3, replicas: 3 });
    expect((await containersOf(name)).size).toBe(6);
    await expectCheckedClean(name, port);
    await rclusterSucceeds(['down', '-c', name]);
    expect(await leftoversOf(name)).toEqual([]);
  });
});

const shape = (nodes: readonly NodeReport[]) => ({
  masters: nodes.filter(({ role, slotCount }) => role === 'master' && slotCount > 0).length,
  replicas: nodes.filter(({ role, linkUp }) => role === 'replica' && linkUp).length,
});

describe('two at once', () => {
  test('make one cluster', async () => {
    const up = () => rcluster(['up', '-c', 'bl-both', '--base-port', String(PORT), '--json']);
    const [one, other] = await Promise.all([up(), up()]);
    expect([one.code, other.code], `${one.stderr}${other.stderr}`).toEqual([0, 0]);
    const [first, second] = [one, other].map(({ stdout }) => JSON.parse(stdout) as UpResult);
    expect([first?.changed, second?.changed].sort()).toEqual([false, true]);
    expect(first?.nodes.map(({ id }) => id)).toEqual(second?.nodes.map(({ id }) => id));
    expect((await containersOf('bl-both')).size).toBe(6);
    await expectCheckedClean('bl-both', PORT);
    await rclusterSucceeds(['down', '-c', 'bl-both']);
    expect(await leftoversOf('bl-both')).toEqual([]);
  });
});

describe('add-master that was killed', () => {
  // So many that the slots of one source take several batches to move.
  const KEYS = Array.from({ length: 20_000 }, (_, index) => `bl:${index}`);
  let client: Cluster;

  beforeAll(async () => {
    // Patient enough for a machine that has other things to do: failovers are not what is looked at here.
    await rclusterSucceeds([
      'up',
      '-c',
      'bl-grow',
      '--base-port',
      String(PORT + 36),
      '--node-timeout',
      '2000',
    ]);
    client = new Cluster([{ host: '127.0.0.1', port: PORT + 36 }]);
    await Promise.all(KEYS.map((key) => client.set(key, `value of ${key}`)));
  });

  afterAll(async () => {
    (client as Cluster | undefined)?.disconnect();
    await rcluster(['down', '-c', 'bl-grow']);
  });

  /** Until the cluster knows the node at that port as the owner of slots: some have changed hands, others have not. */
  async function untilItOwnsSlots(port: number): Promise<void> {
    const entry = new RegExp(`:${port}@\\S+ \\S+ - \\d+ \\d+ \\d+ connected \\d`);
    const end = performance.now() + 45_000;
    while (!entry.test(String(await client.nodes('master')[0]?.cluster('NODES')))) {
      if (performance.now() > end) throw new Error(`${port} never came to own a slot`);
      await delay(2);
    }
  }

  const moments: (Moment & { readonly at: string; readonly ownsSlots?: true })[] = [
    ...[
      { said: 'booting 2 nodes' },
      { said: 'introducing' },
      { said: 'moving', afterMs: Math.round(200 * random()) },
    ].map((moment) => ({ ...moment, at: nameOf(moment) })),
    { said: 'moving', ownsSlots: true, at: 'some slots have changed hands' },
  ];

  test.each(moments.map((moment, index) => ({ moment, at: moment.at, index })))(
    'is finished by the next one: $at',
    async ({ moment, index }) => {
      const command = new RunningCommand(['add-master', '-c', 'bl-grow']);
      await reach(command, moment);
      if (moment.ownsSlots === true) await untilItOwnsSlots(PORT + 42 + 2 * index);
      await killIt(command, moment);
      const added = JSON.parse(
        await rclusterSucceeds(['add-master', '-c', 'bl-grow', '--json']),
      ) as AddMasterResult;
      expect(added).toMatchObject({ state: 'ok', slotsCovered: 16_384, findings: [] });
      expect(shape(added.nodes)).toEqual({ masters: 4 + index, replicas: 4 + index });
      expect((await containersOf('bl-grow')).size).toBe(8 + 2 * index);
      const shares = added.nodes.map(({ slotCount }) => slotCount).filter((count) => count > 0);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      await expectCheckedClean('bl-grow', PORT + 36);
      const values = await Promise.all(KEYS.map((key) => client.get(key)));
      expect(values.filter((value, at) => value !== `value of ${KEYS[at] ?? ''}`)).toEqual([]);
    },
  );

  test('goes away as any other', async () => {
    const { nodes } = JSON.parse(
      await rclusterSucceeds(['status', '-c', 'bl-grow', '--json']),
    ) as StatusReport;
    expect(nodes.map(({ port }) => port)).toEqual(nodes.map((_, index) => PORT + 36 + index));
    await rclusterSucceeds(['down', '-c', 'bl-grow']);
    expect(await leftoversOf('bl-grow')).toEqual([]);
  });
});
