import { all } from '../../base/concurrency.js';
import { RclusterError, messageOf } from '../../base/errors.js';
import type { Emit } from '../../base/events.js';
import { plural } from '../../base/format.js';
import { countMoved, type Move } from '../../cluster/rebalance.js';
import { toSlots, type Slot } from '../../cluster/slots.js';
import {
  claimSlots,
  countKeysInSlots,
  setSlotsImporting,
  setSlotsMigrating,
  setSlotsNode,
} from '../../redis/commands/index.js';
import { NodeConnection } from '../../redis/connection.js';
import { withMigrationUser, withSlotSync } from '../access/migration-user.js';
import { memberOf, requireAccepted, type Member } from '../members.js';
import { canMigrateAtomically, moveAtomically } from './atomic.js';
import { waitUntilEpochsAreSettled } from './epochs.js';
import { KeyMover } from './keys.js';
import { requireSmallKeys } from './large-keys.js';
import { Patience } from './patience.js';
import { MigrationProgress, type MigrationResult } from './progress.js';
import { waitUntilServing } from './serving.js';
import { spreadOwner } from './spread.js';

/** Slots whose marks are set in one write: enough to amortise the round trips, few to leave open when we are killed. */
const SLOTS_PER_BATCH = 64;
/** Each write costs the node one save of its configuration, and so many slots some four milliseconds. */
const EMPTY_SLOTS_PER_BATCH = 512;
/** Longer than the largest key takes. MIGRATE has a timeout of its own. */
const CONNECTION_TIMEOUT_MS = 600_000;
const MAX_PAUSE_MS = 10;

export interface MigrationOptions {
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
  /** The longest that a node may be kept from serving clients, in milliseconds; default 10. */
  readonly maxPauseMs?: number | undefined;
  /** Nothing is moved when a key takes more bytes than this. */
  readonly maxKeyBytes?: number | undefined;
}

/**
 * Carries out moves while clients write. A slot changes hands only when the source holds none of its keys: until then
 * the source serves what it has and sends clients to the target for the rest (-ASK), so no key is ever out of reach.
 *
 * @throws MIGRATION_FAILED or INTERRUPTED, with slots left half moved; the next migration finishes them
 */
export async function applyMoves(
  members: readonly Member[],
  moves: readonly Move[],
  options: MigrationOptions,
): Promise<MigrationResult> {
  if (moves.length === 0) return new MigrationProgress(options.emit, 0).result('keys');
  return withMigrationUser(members, async (known) => moveAll(known, moves, options));
}

async function moveAll(
  members: readonly Member[],
  moves: readonly Move[],
  options: MigrationOptions,
): Promise<MigrationResult> {
  const total = countMoved(moves);
  const progress = new MigrationProgress(options.emit, total);
  await all([...new Set(moves.map(({ to }) => to))], (to) => waitUntilServing(memberOf(members, to)));
  const sources = [...new Set(moves.map(({ from }) => from))].map((id) => memberOf(members, id));
  await waitUntilEpochsAreSettled(members, sources, options.signal);
  if (options.maxKeyBytes !== undefined) await requireSmallKeys(sources, moves, options.maxKeyBytes);
  const strategy = (await canMigrateAtomically(sources)) ? 'atomic' : 'keys';
  const patience = new Patience(members);
  // Sources work side by side. What one source gives goes out in turn: it is busy with one move anyway.
  const fromAll = async (move: (source: Member, own: readonly Move[]) => Promise<void>) =>
    all(sources, async (source) => {
      const own = moves.filter(({ from }) => from === source.id);
      try {
        await move(source, own);
      } catch (error) {
        throw halfMoved(error, source, progress.slots, total);
      }
    });
  try {
    if (strategy === 'keys')
      await fromAll((source, own) => moveByKeys(source, own, members, options, progress, patience));
    else
      await withSlotSync(members, () =>
        fromAll((source, own) => moveAtomically(source, own, { ...options, progress })),
      );
  } finally {
    await patience.end();
  }
  return progress.result(strategy);
}

async function moveByKeys(
  member: Member,
  moves: readonly Move[],
  members: readonly Member[],
  { emit, signal, maxPauseMs = MAX_PAUSE_MS }: MigrationOptions,
  progress: MigrationProgress,
  patience: Patience,
): Promise<void> {
  const connection = await NodeConnection.open(member.connection.address, CONNECTION_TIMEOUT_MS);
  const source = { ...member, connection };
  const mover = new KeyMover(source, { emit, signal, maxPauseMs, progress, patience });
  try {
    for (const { to, slots } of moves) {
      const target = memberOf(members, to);
      // A replica takes SETSLOT from nobody; it hears of it from its master.
      const bystanders = members.filter(({ role, id }) => role === 'master' && id !== source.id && id !== to);
      for (const batch of await planBatches(connection, toSlots(slots))) {
        if (signal?.aborted === true) throw new RclusterError('INTERRUPTED', 'interrupted between two slots');
        await open(batch, source, target);
        await mover.move(batch, target);
        const outdone = await handOver(batch, source, target, bystanders);
        if (outdone.length > 0) emit({ type: 'notice', text: lossText(outdone, target) });
        progress.slotsDone(batch.length);
      }
    }
  } finally {
    connection.close();
  }
}

/**
 * The empty slots first: a newcomer that owns a slot is in every client's map before the first key is looked for there.
 * ioredis drops its connection to a node that is not, and with it the commands that -ASK sent there.
 */
async function planBatches(source: NodeConnection, slots: readonly Slot[]): Promise<Slot[][]> {
  const counts = await source.run(countKeysInSlots(slots));
  const empty = slots.filter((slot) => !counts.has(slot));
  const full = slots.filter((slot) => counts.has(slot));
  return [...chunks(empty, EMPTY_SLOTS_PER_BATCH), ...chunks(full, SLOTS_PER_BATCH)];
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** The target first: a client that the source sends there with ASKING must be let in. */
async function open(slots: readonly Slot[], source: Member, target: Member): Promise<void> {
  requireAccepted(target, await target.connection.run(setSlotsImporting(slots, source.id)));
  requireAccepted(source, await source.connection.run(setSlotsMigrating(slots, target.id)));
}

/** The target first: between the two, both send clients to a node that serves them. */
async function handOver(
  slots: readonly Slot[],
  source: Member,
  target: Member,
  bystanders: readonly Member[],
): Promise<Slot[]> {
  requireAccepted(target, await target.connection.run(claimSlots(slots, target.id)));
  const outdone = await spreadOwner([source, ...bystanders], slots, target);
  // What is left is to take its marks away. A master that has heard that its last slot is the target's has become the
  // target's replica, and dropped them.
  const refusals = await source.connection.run(setSlotsNode(slots, target.id));
  requireAccepted(
    source,
    refusals.filter((refusal) => !refusal.includes('only with masters')),
  );
  return outdone;
}

/** What a failover in the midst of it can do, which neither Redis nor we can take back. */
function lossText(slots: readonly Slot[], { name }: Member): string {
  return `another node took ${plural(slots.length, 'slot')} back from ${name} for a moment: keys that had moved there with them are lost`;
}

function halfMoved(error: unknown, source: Member, done: number, total: number): unknown {
  if (error instanceof RclusterError && error.code === 'INTERRUPTED') return error;
  const isFull = messageOf(error).includes('OOM command not allowed');
  return new RclusterError(
    'MIGRATION_FAILED',
    `moving slots from ${source.name} stopped after ${done} of ${total}`,
    {
      details: [messageOf(error), ...(isFull ? ['the target has reached its maxmemory'] : [])],
      hint: 'the same command again finishes the move',
      cause: error,
    },
  );
}
