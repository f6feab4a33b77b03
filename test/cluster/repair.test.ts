import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  keySlot,
  type AddMasterResult,
  type CheckResult,
  type FixResult,
  type StatusReport,
} from '../../src/index.js';
import { RunningCommand } from '../helpers/cli-scene.js';
import { judgeProcesses } from '../helpers/judge.js';
import { firstPortOf } from '../helpers/ports.js';
import { rcluster, rclusterSucceeds } from '../helpers/run.js';
import { missingSeeds, writeSeeds } from '../helpers/seeds.js';

const NAME = 'sc-fix';
const PORT = firstPortOf(import.meta.filename);
const KEYS = 5000;
const LONG = { timeout: 60_000 };

const document = async <Document>(args: string[], exitCode: number) => {
  const { code, stdout, stderr } = await rcluster([...args, '--json', '-q', '-c', NAME]);
  expect(code, stderr).toBe(exitCode);
  return JSON.parse(stdout) as Document;
};

let nodes: Redis[] = [];
let ids: string[];
/** Of the three masters, in the order of their ports. */
const node = (index: number) => nodes[index]!;
const id = (index: number) => ids[index]!;
const cluster = (index: number, ...args: (string | number)[]) =>
  node(index).call('CLUSTER', ...args.map(String));

beforeAll(async () => {
  await rclusterSucceeds(['up', '-q', '-c', NAME, '--runtime', 'process', '--base-port', String(PORT)]);
  await writeSeeds(PORT, KEYS);
});

beforeEach(async () => {
  const { nodes: reports } = await document<StatusReport>(['status'], 0);
  const masters = reports.filter(({ role }) => role === 'master');
  nodes.forEach((redis) => redis.disconnect());
  nodes = masters.map(({ port }) => new Redis({ host: '127.0.0.1', port }));
  // One of them is killed on the way.
  nodes.forEach((redis) => redis.on('error', () => undefined));
  ids = masters.map((master) => master.id);
});

afterAll(async () => {
  nodes.forEach((redis) => redis.disconnect());
  await rcluster(['down', '-q', '-c', NAME]);
});

/** A slot of the first master that holds seeds. */
async function slotWithKeys(skip = 0): Promise<{ slot: number; key: string }> {
  for (let index = 0, left = skip; ; index += 1) {
    const key = `seed:${index}`;
    if ((await cluster(0, 'COUNTKEYSINSLOT', keySlot(key))) === 0) continue;
    if (left === 0) return { slot: keySlot(key), key };
    left -= 1;
  }
}

async function allIsWell(): Promise<void> {
  expect(await missingSeeds(PORT, KEYS)).toEqual([]);
  const { isClean, text } = await judgeProcesses(PORT);
  expect(isClean, text).toBe(true);
  expect(await document<CheckResult>(['check'], 0)).toMatchObject({ healthy: true, repairs: [] });
}

const kindsOf = ({ done }: FixResult) => done.map(({ kind }) => kind);

describe('fix', () => {
  it('finds nothing to do on a healthy cluster', LONG, async () => {
    expect(kindsOf(await document<FixResult>(['fix'], 0))).toEqual([]);
    await allIsWell();
  });

  it('finishes a move that both sides know of', LONG, async () => {
    const { slot, key } = await slotWithKeys();
    await cluster(1, 'SETSLOT', slot, 'IMPORTING', id(0));
    await cluster(0, 'SETSLOT', slot, 'MIGRATING', id(1));
    expect((await document<CheckResult>(['check'], 1)).repairs).toMatchObject([{ kind: 'finish-move' }]);
    expect(kindsOf(await document<FixResult>(['fix'], 0))).toEqual(['finish-move']);
    expect(await node(1).get(key)).toMatch(/^v/);
    await allIsWell();
  });

  it('takes marks back that only one side has', LONG, async () => {
    await cluster(2, 'SETSLOT', 10, 'IMPORTING', id(0));
    await cluster(0, 'SETSLOT', 20, 'MIGRATING', id(2));
    expect(kindsOf(await document<FixResult>(['fix'], 0))).toEqual(['close-slots', 'close-slots']);
    await allIsWell();
  });

  it('brings stray keys home, and keeps the owner’s copy of a key that both have', LONG, async () => {
    const { slot, key } = await slotWithKeys(1);
    await cluster(2, 'SETSLOT', slot, 'IMPORTING', id(0));
    await node(2)
      .pipeline()
      .call('ASKING')
      .set(key, 'stray')
      .call('ASKING')
      .set(`{${key}}:new`, 'mine')
      .exec();
    await cluster(2, 'SETSLOT', slot, 'STABLE');
    expect(await cluster(2, 'COUNTKEYSINSLOT', slot)).toBe(2);
    expect(kindsOf(await document<FixResult>(['fix'], 0))).toEqual(['stray-keys']);
    expect(await cluster(2, 'COUNTKEYSINSLOT', slot)).toBe(0);
    expect(await node(0).get(`{${key}}:new`)).toBe('mine');
    await allIsWell();
  });

  it('covers slots that nobody serves, and gives them to who has their keys', LONG, async () => {
    const { slot, key } = await slotWithKeys(2);
    for (const index of [0, 1, 2]) await cluster(index, 'DELSLOTS', slot).catch(() => undefined);
    const { repairs } = await document<CheckResult>(['check'], 1);
    expect(repairs.map(({ kind }) => kind)).toContain('uncovered');
    expect(kindsOf(await document<FixResult>(['fix'], 0))).toContain('uncovered');
    expect(await node(0).get(key)).toMatch(/^v/);
    await allIsWell();
  });

  it('introduces nodes that some have forgotten', LONG, async () => {
    await cluster(1, 'FORGET', id(2));
    // Who forgets a node forgets whose its slots are. Gossip may have mended some of it by then.
    const kinds = kindsOf(await document<FixResult>(['fix'], 0));
    expect(kinds.filter((kind) => kind !== 'meet' && kind !== 'views-differ')).toEqual([]);
    await allIsWell();
  });

  it('is not needed where a slot’s owner failed over while another imported it', LONG, async () => {
    const { nodes: before } = await document<StatusReport>(['status'], 0);
    const replica = before.find(
      ({ role, replicaOf }) => role === 'replica' && replicaOf === before[1]!.name,
    )!;
    await cluster(2, 'SETSLOT', 6000, 'IMPORTING', id(1));
    await cluster(2, 'SETSLOT', 6001, 'IMPORTING', id(1));
    const successor = new Redis({ host: '127.0.0.1', port: replica.port });
    await successor.call('CLUSTER', 'FAILOVER', 'TAKEOVER');
    successor.disconnect();
    // It hears that the old owner is a master no more, but not who owns the slots now.
    await expect
      .poll(async () => (await cluster(2, 'INFO')) as string, { timeout: 10_000 })
      .toContain('cluster_state:fail');
    await rclusterSucceeds(['rebalance', '-q', '-c', NAME]);
    await allIsWell();
    await rclusterSucceeds(['failover', before[1]!.name, '-q', '-c', NAME]);
    await allIsWell();
  });

  it('with --dry-run says what it would do, and does nothing', LONG, async () => {
    await cluster(0, 'SETSLOT', 20, 'MIGRATING', id(2));
    const { repairs } = await document<CheckResult>(['fix', '--dry-run'], 0);
    expect(repairs).toMatchObject([{ kind: 'close-slots', losesData: null }]);
    expect((await document<CheckResult>(['check'], 1)).repairs).toHaveLength(1);
    await document<FixResult>(['fix'], 0);
    await allIsWell();
  });

  it('refuses what can lose data unless it is allowed', { timeout: 120_000 }, async () => {
    const { nodes: before } = await document<StatusReport>(['status'], 0);
    const victim = before.find((report) => report.id === id(2))!;
    const replica = before.find(({ replicaOf }) => replicaOf === victim.name)!;
    for (const { name } of [replica, victim])
      await rclusterSucceeds(['kill', '--node', name, '--no-wait', '-q', '-c', NAME]);
    await expect
      .poll(async () => (await cluster(0, 'INFO')) as string, { timeout: 20_000 })
      .toContain('cluster_slots_fail:54');
    const refused = await rcluster(['fix', '-q', '-c', NAME], { timeoutMs: 60_000 });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('error[DATA_AT_RISK]');
    expect(refused.stderr).toContain('--allow-data-loss');
    for (const { name } of [victim, replica]) await rclusterSucceeds(['start', name, '-q', '-c', NAME]);
    await document<FixResult>(['fix'], 0);
    await allIsWell();
  });
});

describe('remove', () => {
  it('takes nothing away while a slot belongs to nobody that stays', LONG, async () => {
    await document<AddMasterResult>(['add-master', '--replicas', '0'], 0);
    const { nodes: reports } = await document<StatusReport>(['status'], 0);
    const newcomer = reports.find(({ port }) => port === PORT + 6)!;
    const [stays] = reports.find(({ id: other }) => other === id(0))!.slots[0]!;
    const all = reports.map(({ port }) => new Redis({ port }));
    // Else the first look at a node that serves nothing any more would end it.
    for (const each of all) await each.config('SET', 'cluster-require-full-coverage', 'no');
    const removing = new RunningCommand(['remove', newcomer.name, '--yes', '-c', NAME]);
    await removing.untilItSays('moving');
    await Promise.all(all.map((each) => each.call('CLUSTER', 'DELSLOTS', String(stays))));
    const { code, stderr } = await removing.ended;
    all.forEach((each) => each.disconnect());
    expect(code, stderr).toBe(4);
    expect(stderr).toContain('1 of the slots: no node that stays has them');
    const left = JSON.parse((await rcluster(['status', '--json', '-c', NAME])).stdout) as StatusReport;
    expect(left.nodes.map(({ name }) => name)).toContain(newcomer.name);
    await document<FixResult>(['fix'], 0);
    await document(['remove', newcomer.name, '--yes'], 0);
    await allIsWell();
  });
});
