import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SLOT_COUNT } from '../../src/cluster/slots.js';
import { keySlot, planRebalanceOf, rebalance } from '../../src/index.js';
import type {
  AddMasterResult,
  AddReplicaResult,
  FixResult,
  RebalanceResult,
  RemoveResult,
  ReshardResult,
  ScalingPlan,
  StatusReport,
} from '../../src/index.js';
import { judgeProcesses } from '../helpers/judge.js';
import { LiveWriter } from '../helpers/live-writer.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, HOME, rcluster, rclusterSucceeds } from '../helpers/run.js';
import { missingSeeds, writeSeeds } from '../helpers/seeds.js';

const NAME = 'sc-plans';
const PORT = firstPortOf(import.meta.filename);
const SEEDS = 10_000;
const LONG = { timeout: 120_000 };

const command = documentsOf(NAME);
const status = () => command<StatusReport>('status');
const slotsByName = async () =>
  new Map((await status()).nodes.map(({ name, slotCount }) => [name, slotCount] as const));

beforeAll(async () => {
  // A busy machine is no reason for a failover here.
  const patient = ['--runtime', 'process', '--node-timeout', '2000'];
  await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT), ...patient]);
  await writeSeeds(PORT, SEEDS);
});

// What follows a failure fails as well, so the nodes' own words are told once.
let hasFailed = false;
afterEach(async ({ task }) => {
  if (hasFailed || task.result?.state !== 'fail') return;
  hasFailed = true;
  console.error((await rcluster(['logs', '-c', NAME])).stdout);
});

afterAll(async () => {
  await rcluster(['down', '-q', '-c', NAME]);
});

describe('scaling by plan', () => {
  it('says what it would do, and does nothing', LONG, async () => {
    const before = await status();
    const grow = await command<ScalingPlan>('add-master', '--dry-run');
    expect(grow.steps.map(({ kind }) => kind)).toEqual([
      ...['boot', 'boot', 'meet', 'meet', 'replicate'],
      ...['move', 'move', 'move'],
    ]);
    expect(grow.redisCli.some((line) => line.kind === 'command' && line.argv.includes('add-node'))).toBe(
      true,
    );
    const shrink = await command<ScalingPlan>('remove', 'node-6', '--dry-run');
    expect(shrink.steps.map(({ kind }) => kind)).toEqual(['forget', 'remove']);
    const replica = await command<ScalingPlan>('add-replica', '--of', 'node-2', '--dry-run');
    expect(replica.steps.at(-1)).toEqual({ kind: 'replicate', replica: 'node-7', master: 'node-2' });
    const shapeOf = ({ nodes }: StatusReport) =>
      nodes.map(({ name, role, slots }) => ({ name, role, slots }));
    expect(shapeOf(await status())).toEqual(shapeOf(before));
    expect((await rclusterSucceeds(['rebalance', '--dry-run', '-q', '-c', NAME])).trim()).toBe(
      'nothing has to be done',
    );
  });

  it('adds a replica where there are fewest, and one where it is told', LONG, async () => {
    await command<RemoveResult>('remove', 'node-5', '--yes');
    const poorest = await command<AddReplicaResult>('add-replica');
    expect(poorest.added).toMatchObject([{ master: 'node-2' }]);
    const [told] = (await command<AddReplicaResult>('add-replica', '--of', 'node-3')).added;
    expect(told?.master).toBe('node-3');
    expect((await status()).state).toBe('ok');
    await command<RemoveResult>('remove', told?.replica ?? '', '--yes');
  });

  it('goes from 3 masters to 10 and back by single commands, and no client sees an error', LONG, async () => {
    const writer = new LiveWriter(PORT);
    const grown = await command<AddMasterResult>('add-master', '--count', '7', '--replicas', '0');
    expect(grown.added).toHaveLength(7);
    const counts = [...(await slotsByName()).values()].filter((count) => count > 0);
    expect(counts).toHaveLength(10);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    const shrunk = await command<RemoveResult>('remove', ...grown.added, '--yes');
    expect(shrunk.removed).toEqual(grown.added);
    expect(Math.abs(shrunk.slotsMoved - (16_384 * 7) / 10)).toBeLessThan(7);
    const { acknowledged, wrong, errors } = await writer.finish();
    expect(acknowledged).toBeGreaterThan(1000);
    expect(wrong).toEqual([]);
    expect(errors).toEqual([]);
    expect((await status()).state).toBe('ok');
    const { isClean, text } = await judgeProcesses(PORT);
    expect(isClean, text).toBe(true);
  });

  it('removes a node that an interrupted removal had made some forget', LONG, async () => {
    const { added, nodes } = await command<AddMasterResult>(
      'add-master',
      '--no-rebalance',
      '--replicas',
      '0',
    );
    const [name = ''] = added;
    const id = nodes.find((node) => node.name === name)?.id ?? '';
    for (const node of ['node-1', 'node-2', 'node-4'])
      await rclusterSucceeds(['cli', '-c', NAME, node, 'cluster', 'forget', id]);
    expect((await command<RemoveResult>('remove', name, '--yes')).removed).toEqual([name]);
    expect((await status()).state).toBe('ok');
  });

  it('re-adds what was removed', LONG, async () => {
    const { added } = await command<AddMasterResult>('add-master', '--no-rebalance');
    expect((await slotsByName()).get(added[0] ?? '')).toBe(0);
    expect((await command<RebalanceResult>('rebalance')).slotsMoved).toBe(0);
    expect((await command<RebalanceResult>('rebalance', '--include-empty')).slotsMoved).toBe(4096);
  });

  it('shares by weight, and leaves small differences alone', LONG, async () => {
    const weighted = await command<RebalanceResult>('rebalance', '--weight', 'node-1=2');
    const share = (await slotsByName()).get('node-1') ?? 0;
    expect(Math.abs(share - (16_384 * 2) / 5)).toBeLessThan(1);
    expect(weighted.slotsMoved).toBeGreaterThan(0);
    // Already so: within 5 percent of that, nothing moves.
    const again = await command<RebalanceResult>('rebalance', '--weight', 'node-1=2.05', '--threshold', '5');
    expect(again.slotsMoved).toBe(0);
  });

  it('moves slots by name', LONG, async () => {
    const [first] = (await status()).nodes.find(({ name }) => name === 'node-1')?.slots ?? [];
    const from = first?.[0] ?? 0;
    const moved = await command<ReshardResult>(
      ...['reshard', '--from', 'node-1', '--to', 'node-3', '--slots', `${from}-${from + 4}`, '--yes'],
    );
    expect(moved.moves).toEqual([{ from: 'node-1', to: 'node-3', slots: [[from, from + 4]] }]);
    const refused = await rcluster(
      ['reshard', '--from', 'node-1', '--to', 'node-2', '--slots', `${from}-${from + 4}`].concat('-c', NAME),
    );
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`no source owns slots ${from}-${from + 4}`);
  });

  it('refuses what cannot be, and names the nodes', LONG, async () => {
    const replica = await rcluster([
      'reshard',
      '--from',
      'node-4',
      '--to',
      'node-1',
      '--slots',
      '1',
      '-c',
      NAME,
    ]);
    expect(replica).toMatchObject({ code: 2 });
    expect(replica.stderr).toContain(`node-4 (${PORT + 3}) is not a master`);
    const four = (await status()).nodes.filter(({ role }) => role === 'master').map(({ name }) => name);
    const tooMany = await rcluster(['remove', ...four.slice(0, 2), '--yes', '-c', NAME]);
    expect(tooMany.code).toBe(2);
    expect(tooMany.stderr).toContain('2 masters would remain');
  });

  it('refuses keys that are too large before anything moves', LONG, async () => {
    await rclusterSucceeds(['cli', '-c', NAME, 'set', 'huge', 'x'.repeat(100_000)]);
    const before = await slotsByName();
    const slot = keySlot('huge');
    const masters = (await status()).nodes.filter(({ slotCount }) => slotCount > 0);
    const other = masters.find(({ slots }) => slots.every(([first, last]) => slot < first || slot > last));
    const reshard = [
      'reshard',
      '--from',
      'key:huge',
      '--to',
      other?.name ?? '',
      '--slots',
      `${slot}-${slot}`,
    ];
    const refused = await rcluster([...reshard, '--max-key-size', '50kb', '-c', NAME]);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain(
      'error[KEY_TOO_LARGE]: 1 of the keys that would move takes more than 50.0 KB',
    );
    expect(refused.stderr).toMatch(/"huge" takes \d+\.\d KB/);
    expect(await slotsByName()).toEqual(before);
    expect((await command<ReshardResult>(...reshard, '--max-key-size', '1mb')).slotsMoved).toBe(1);
  });

  it('does what its plan says, on ten random divisions of the slots', LONG, async () => {
    vi.stubEnv('RCLUSTER_HOME', HOME);
    const names = [...(await slotsByName())].filter(([, count]) => count > 0).map(([name]) => name);
    const shares = fc.array(fc.integer({ min: 1, max: 9 }), {
      minLength: names.length,
      maxLength: names.length,
    });
    for (const numbers of fc.sample(shares, 10)) {
      const weight = Object.fromEntries(names.map((name, index) => [name, numbers[index] ?? 0]));
      const plan = await planRebalanceOf(NAME, { weight });
      const result = await rebalance(NAME, { weight });
      const moves = plan.steps.flatMap((step) => (step.kind === 'move' ? [step.move] : []));
      expect(result.moves).toEqual(moves);
      const total = numbers.reduce((sum, number) => sum + number, 0);
      for (const { name, slotCount } of result.nodes.filter((node) => names.includes(node.name)))
        expect(Math.abs(slotCount - ((weight[name] ?? 0) / total) * SLOT_COUNT)).toBeLessThan(1);
      expect(result.state).toBe('ok');
    }
    const { isClean, text } = await judgeProcesses(PORT);
    expect(isClean, text).toBe(true);
    expect(await missingSeeds(PORT, SEEDS)).toEqual([]);
  });

  it('lets one command after the other change the cluster', LONG, async () => {
    const even = async () => command<RebalanceResult>('rebalance', '--include-empty');
    const [one, other] = await Promise.all([even(), even()]);
    const moved = [one.slotsMoved, other.slotsMoved].sort((a, b) => a - b);
    expect(moved[0]).toBe(0);
    expect(moved[1]).toBeGreaterThan(0);
  });

  it('stops before a target that is full, and takes back what is half done', LONG, async () => {
    const counts = await slotsByName();
    const full = (await status()).nodes.find(({ name }) => name === 'node-2');
    const limit = (bytes: string) =>
      rclusterSucceeds(['cli', '-c', NAME, 'node-2', 'config', 'set', 'maxmemory', bytes]);
    await limit('1mb');
    const reshard = ['reshard', '--from', 'node-1', '--to', 'node-2', '--slots', '500', '-c', NAME];
    const stopped = await rcluster(reshard);
    expect(stopped.code).toBe(5);
    expect(stopped.stderr).toContain('error[MIGRATION_FAILED]: moving slots from node-1 stopped');
    expect(stopped.stderr).toContain('the target has reached its maxmemory');
    expect(await missingSeeds(PORT, SEEDS)).toEqual([]);
    await command<FixResult>('fix');
    const { isClean, text } = await judgeProcesses(PORT);
    expect(isClean, text).toBe(true);
    await limit('0');
    const finished = await command<ReshardResult>(...reshard.slice(0, -2));
    expect(finished.state).toBe('ok');
    const now = (await slotsByName()).get('node-2') ?? 0;
    expect(now - (full?.slotCount ?? 0)).toBe(500);
    expect(counts.get('node-2')).toBe(full?.slotCount);
    expect(await missingSeeds(PORT, SEEDS)).toEqual([]);
  });
});
