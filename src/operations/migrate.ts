import { all } from '../base/concurrency.js';
import { Deadline, waitUntilNothingIsMissing } from '../base/deadline.js';
import { RclusterError, messageOf } from '../base/errors.js';
import type { Emit } from '../base/events.js';
import { planOpenSlots } from '../cluster/open-slots.js';
import { countMoved, type Move } from '../cluster/rebalance.js';
import { toSlots, type Slot } from '../cluster/slots.js';
import type { NodeId, Topology } from '../cluster/topology.js';
import {
  clusterCountKeysInSlot,
  clusterGetKeysInSlot,
  clusterInfo,
  migrate,
  setSlotImporting,
  setSlotMigrating,
  setSlotNode,
  setSlotStable,
} from '../redis/commands/index.js';
import { NodeConnection } from '../redis/connection.js';
import type { Member } from './members.js';

/** Slots whose marks are set in one write: enough to amortise the round trips, few to leave open when we are killed. */
const SLOTS_PER_BATCH = 64;
/** Slots without keys change hands in one go. */
const EMPTY_SLOTS_PER_BATCH = 512;
/** One MIGRATE blocks source and target while it runs: this many small keys take about a millisecond. */
const KEYS_PER_MIGRATE = 100;
/** MIGRATEs written ahead, so that the source never waits for us. */
const MIGRATES_IN_FLIGHT = 8;
const MIGRATE_TIMEOUT_MS = 10_000;
/** A pipeline of MIGRATEs, each of which may take its time. */
const CONNECTION_TIMEOUT_MS = MIGRATES_IN_FLIGHT * MIGRATE_TIMEOUT_MS;
/** A new master says cluster_state:fail, and refuses every command on keys, for its first two seconds. */
const SERVING_MS = 15_000;
const DOWNTIMES_AT_MOST = 10;

export interface MigrationResult {
  readonly slotsMoved: number;
  readonly keysMoved: number;
  readonly migrateMs: number;
}

export interface MigrationOptions {
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
}

/**
 * Carries out moves while clients write. A slot changes hands only when the source holds none of its keys: until then
 * the source serves what it has and sends clients to the target for the rest (-ASK), so no key is ever out of reach.
 *
 * @throws MIGRATION_FAILED, with slots left half moved; the next migration finishes them
 */
export async function applyMoves(
  members: readonly Member[],
  moves: readonly Move[],
  { emit, signal }: MigrationOptions,
): Promise<MigrationResult> {
  const total = countMoved(moves);
  const startedAt = performance.now();
  const progress = { slots: 0, keys: 0 };
  const text = `moving ${total} slots`;
  if (total > 0) emit({ type: 'progress', text, done: 0, total, unit: 'slots' });
  // Sources work side by side. What one source gives goes out in turn: MIGRATE blocks it anyway.
  const sources = [...new Set(moves.map((move) => move.from))];
  await all(sources, async (from) => {
    const source = memberOf(members, from);
    const connection = await NodeConnection.open(source.connection.address, CONNECTION_TIMEOUT_MS);
    try {
      for (const move of moves.filter((other) => other.from === from)) {
        const target = memberOf(members, move.to);
        await waitUntilServing(target);
        for (const batch of await planBatches(connection, toSlots(move.slots))) {
          if (signal?.aborted === true) {
            throw new RclusterError('INTERRUPTED', 'interrupted between two batches of slots');
          }
          // Not `+= await`: what the other sources add meanwhile would be lost.
          const keys = await moveBatch(members, { ...source, connection }, target, batch);
          progress.keys += keys;
          progress.slots += batch.length;
          emit({ type: 'progress', text, done: progress.slots, total, unit: 'slots' });
        }
      }
    } catch (error) {
      throw halfMoved(error, source, progress.slots, total);
    } finally {
      connection.close();
    }
  });
  return { slotsMoved: progress.slots, keysMoved: progress.keys, migrateMs: performance.now() - startedAt };
}

/** Finishes what an interrupted migration left half moved. */
export async function finishOpenSlots(
  members: readonly Member[],
  topology: Topology,
  options: MigrationOptions,
): Promise<MigrationResult> {
  const { moves, stale } = planOpenSlots(topology);
  if (moves.length > 0)
    options.emit({ type: 'notice', text: `finishing ${countMoved(moves)} half-moved slots` });
  await all(stale, ({ node, slot }) => memberOf(members, node).connection.run(setSlotStable(slot)));
  return applyMoves(members, moves, options);
}

/**
 * The empty slots first: a newcomer that owns a slot is in every client's map before the first key is looked for there.
 * ioredis drops its connection to a node that is not, and with it the commands that -ASK sent there.
 */
async function planBatches(source: NodeConnection, slots: readonly Slot[]): Promise<Slot[][]> {
  const counts = await source.runAll(slots.map(clusterCountKeysInSlot));
  const empty = slots.filter((_, index) => counts[index] === 0);
  const full = slots.filter((_, index) => counts[index] !== 0);
  return [...chunks(empty, EMPTY_SLOTS_PER_BATCH), ...chunks(full, SLOTS_PER_BATCH)];
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

async function moveBatch(
  members: readonly Member[],
  source: Member,
  target: Member,
  slots: readonly Slot[],
): Promise<number> {
  // The target first: a client that is sent there with ASKING must be let in. Importing also makes SETSLOT NODE raise
  // the target's epoch, without which its claim could lose to the source's (redis/cluster.c clusterBumpConfigEpoch...).
  await target.connection.runAll(slots.map((slot) => setSlotImporting(slot, source.id)));
  await source.connection.runAll(slots.map((slot) => setSlotMigrating(slot, target.id)));
  const moved = await moveKeys(source, target, slots);
  const handOver = slots.map((slot) => setSlotNode(slot, target.id));
  await target.connection.runAll(handOver);
  // Refused while the source holds a key of the slot, so nothing can be left behind unseen.
  await source.connection.runAll(handOver);
  // The others would learn it by gossip, in a second or so; clients that ask them meanwhile would be sent astray.
  const bystanders = members.filter((member) => member.id !== source.id && member.id !== target.id);
  await all(bystanders, (member) => member.connection.settleAll(handOver));
  return moved;
}

async function moveKeys(source: Member, target: Member, slots: readonly Slot[]): Promise<number> {
  const counts = await source.connection.runAll(slots.map(clusterCountKeysInSlot));
  let full = slots.filter((_, index) => (counts[index] ?? 0) > 0);
  let moved = 0;
  let downtimes = 0;
  while (full.length > 0) {
    const lists = await source.connection.runAll(
      full.map((slot) => clusterGetKeysInSlot(slot, KEYS_PER_MIGRATE)),
    );
    const batches = lists.filter((keys) => keys.length > 0);
    for (const window of chunks(batches, MIGRATES_IN_FLIGHT)) {
      const outcomes = await source.connection.settleAll(
        window.map((keys) => migrate(target.peer, keys, MIGRATE_TIMEOUT_MS)),
      );
      const refused = outcomes.find((outcome) => outcome instanceof Error);
      moved += window.reduce((sum, keys, at) => sum + (outcomes[at] === 'OK' ? keys.length : 0), 0);
      if (refused === undefined) continue;
      // A failover elsewhere stops all nodes for a moment. What was not moved is still there, and is listed again.
      downtimes += 1;
      if (!refused.message.includes('CLUSTERDOWN') || downtimes > DOWNTIMES_AT_MOST) throw refused;
      await Promise.all([waitUntilServing(source), waitUntilServing(target)]);
    }
    full = full.filter((_, index) => (lists[index]?.length ?? 0) > 0);
  }
  return moved;
}

async function waitUntilServing({ name, connection }: Member): Promise<void> {
  await waitUntilNothingIsMissing(
    async () => ((await connection.run(clusterInfo())).ok ? [] : [`${name}: cluster_state is fail`]),
    { deadline: Deadline.after(SERVING_MS), what: `${name} to take keys` },
  );
}

function memberOf(members: readonly Member[], id: NodeId): Member {
  const member = members.find((other) => other.id === id);
  if (member === undefined) throw new RclusterError('UNHEALTHY', `node ${id.slice(0, 8)} does not answer`);
  return member;
}

function halfMoved(error: unknown, source: Member, done: number, total: number): unknown {
  if (error instanceof RclusterError && error.code === 'INTERRUPTED') return error;
  return new RclusterError(
    'MIGRATION_FAILED',
    `moving slots from ${source.name} stopped after ${done} of ${total}`,
    {
      details: [messageOf(error)],
      hint: 'rcluster rebalance finishes the move',
      cause: error,
    },
  );
}
