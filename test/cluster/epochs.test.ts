import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { all } from '../../src/base/concurrency.js';
import { Deadline, waitUntilNothingIsMissing } from '../../src/base/deadline.js';
import { slotTags } from '../../src/cluster/slots.js';
import type { StatusReport } from '../../src/index.js';
import { withConnections } from '../../src/operations/connections.js';
import { readMembership, type Member, type Membership } from '../../src/operations/members.js';
import { applyMoves } from '../../src/operations/migration/migrate.js';
import { claimFrom, spreadOwner } from '../../src/operations/migration/spread.js';
import { clusterNodes } from '../../src/redis/commands/index.js';
import { ProcessRuntime } from '../../src/runtimes/process/process-runtime.js';
import { firstPortOf } from '../helpers/ports.js';
import { documentsOf, HOME, rcluster, rclusterSucceeds } from '../helpers/run.js';
import { missingSeeds, writeSeeds } from '../helpers/seeds.js';

/**
 * Config epochs decide who wins a slot that two claim. Of two masters with the same one neither believes the other, and the one
 * with the lower id raises its own as soon as it notices (Redis 7.0, cluster.c clusterHandleConfigEpochCollision).
 */

const NAME = 'epochs';
const PORT = firstPortOf(import.meta.filename);
const SEEDS = 20_000;
const ROUNDS = 4;
const SLOTS = 100;
const LONG = { timeout: 120_000 };

const command = documentsOf(NAME);

beforeAll(async () => {
  const shape = ['--runtime', 'process', '--replicas', '0', '--node-timeout', '2000'];
  await rclusterSucceeds(['up', '-q', '-c', NAME, '--base-port', String(PORT), ...shape]);
  await writeSeeds(PORT, SEEDS);
});

let clients: Redis[] = [];
beforeEach(() => {
  vi.stubEnv('RCLUSTER_HOME', HOME);
  clients = [0, 1, 2].map((index) => new Redis({ host: '127.0.0.1', port: PORT + index }));
});
afterEach(() => clients.forEach((client) => client.disconnect()));

afterAll(async () => {
  await rcluster(['down', '-q', '-c', NAME]);
});

type Scene = Membership & {
  /** By their ids: the first raises its epoch when it has that of another. */
  readonly byId: readonly [Member, Member, Member];
};

async function withScene(work: (look: () => Promise<Scene>) => Promise<void>): Promise<void> {
  const record = await new ProcessRuntime().cluster(NAME);
  await withConnections(record!, (connected) =>
    work(async () => {
      const membership = await readMembership(connected);
      const [lowest, middle, highest] = [...membership.members].sort((a, b) => (a.id < b.id ? -1 : 1));
      return { ...membership, byId: [lowest!, middle!, highest!] };
    }),
  );
}

async function epochsOf(members: readonly Member[]): Promise<number[][]> {
  const views = await all(members, ({ connection }) => connection.run(clusterNodes()));
  const epochIn = (view: (typeof views)[number], id: string) =>
    view.entries.find((entry) => entry.id === id)!.configEpoch;
  return views.map((view) => members.map(({ id }) => epochIn(view, id)));
}

/** Until each node knows the epoch of every other, and no two have the same. */
async function untilEpochsAreKnown(members: readonly Member[]): Promise<void> {
  await waitUntilNothingIsMissing(
    async () => {
      const epochs = await epochsOf(members);
      const isKnown = epochs.every((view) => view.join() === epochs[0]!.join());
      return isKnown && new Set(epochs[0]).size === members.length ? [] : [epochs.join(' | ')];
    },
    { deadline: Deadline.after(20_000), what: 'epochs that differ, and are known' },
  );
}

const bump = async ({ port }: Member) => String(await clients[port - PORT]!.call('CLUSTER', 'BUMPEPOCH'));

/** Gives two the same epoch, above that of the third, as they have it when they claim slots at the same time. */
async function collide(one: Member, other: Member, third: Member): Promise<void> {
  for (;;) {
    await bump(third);
    await untilEpochsAreKnown([one, other, third]);
    const [mine, its] = await Promise.all([bump(one), bump(other)]);
    if (mine === its && mine.startsWith('BUMPED')) return;
  }
}

it('a source that has its target’s config epoch gets no slot back, and no key is lost', LONG, async () => {
  await withScene(async (look) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { members, byId, topology } = await look();
      const [source, target, third] = byId;
      const [first] = topology.nodes.find(({ id }) => id === source.id)!.slots[0]!;
      await collide(source, target, third);
      const moves = [{ from: source.id, to: target.id, slots: [[first, first + SLOTS - 1] as const] }];
      await applyMoves(members, moves, { emit: () => undefined, signal: undefined });
      await untilEpochsAreKnown(members);
      const { topology: after } = await look();
      expect(after.disagreements).toEqual([]);
      expect(new Set(after.owners.slice(first, first + SLOTS))).toEqual(new Set([target.id]));
      expect(await missingSeeds(PORT, SEEDS)).toEqual([]);
    }
  });
});

it('an owner whose claim was outdone in the meantime claims again', LONG, async () => {
  await withScene(async (look) => {
    const { byId, topology } = await look();
    const [source, target, third] = byId;
    const slots: number[] = [];
    for (const [slot, owner] of topology.owners.entries()) {
      if (owner !== source.id || slots.length === SLOTS) continue;
      const keys = await clients[source.port - PORT]!.call('CLUSTER', 'COUNTKEYSINSLOT', String(slot));
      if (keys === 0) slots.push(slot);
    }
    expect(slots).toHaveLength(SLOTS);
    await claimFrom(source.id, slots, target);
    expect(await spreadOwner([source, third], slots, target)).toEqual([]);
    await claimFrom(target.id, slots, source);
    expect(await spreadOwner([source, third], slots, target)).toEqual(slots);
    await untilEpochsAreKnown([...byId]);
    const { topology: after } = await look();
    expect(after.disagreements).toEqual([]);
    expect(new Set(slots.map((slot) => after.owners[slot]))).toEqual(new Set([target.id]));
  });
  expect((await command<StatusReport>('status')).state).toBe('ok');
  expect(await missingSeeds(PORT, SEEDS)).toEqual([]);
});

it('an owner leaves slots alone in which another has got keys since', LONG, async () => {
  await withScene(async (look) => {
    const { byId, topology } = await look();
    const [source, target, third] = byId;
    const slot = topology.owners.findIndex((owner) => owner === third.id);
    const key = `{${slotTags()[slot]}}:since`;
    await claimFrom(third.id, [slot], source);
    await untilEpochsAreKnown([...byId]);
    await clients[source.port - PORT]!.set(key, 'here');
    await expect(spreadOwner([source, third], [slot], target)).rejects.toThrow(
      `${source.name} took slots back, and may have got keys there since`,
    );
    expect(await clients[source.port - PORT]!.get(key)).toBe('here');
  });
});
