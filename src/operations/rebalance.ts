import { waitUntilNothingIsMissing, Deadline } from '../base/deadline.js';
import { silent } from '../base/events.js';
import { planRebalance, type Move } from '../cluster/rebalance.js';
import { masters, type Topology } from '../cluster/topology.js';
import { findCluster, type FoundCluster } from '../runtimes/detect.js';
import { withConnections, type Connected } from './connections.js';
import { readMembership, requireServing, type Membership } from './members.js';
import { applyMoves, finishOpenSlots, type MigrationOptions, type MigrationResult } from './migrate.js';
import { observe, type StatusReport } from './observe.js';
import { withClusterLock } from './state-folder.js';
import type { OperationOptions } from './up.js';

/** How long another command may hold the cluster. */
const LOCK_WAIT_MS = 60_000;
const AGREE_MS = 15_000;

/** Slots of one move, with the nodes' names. */
export interface NamedMove {
  readonly from: string;
  readonly to: string;
  readonly slots: Move['slots'];
}

export interface RebalanceResult extends StatusReport, MigrationResult {
  readonly moves: readonly NamedMove[];
  readonly elapsedMs: number;
}

/** Gives every master an even share of the slots, under live writes. @throws UNHEALTHY, MIGRATION_FAILED */
export async function rebalance(cluster: string, options: OperationOptions = {}): Promise<RebalanceResult> {
  const { emit = silent, signal } = options;
  const startedAt = performance.now();
  return withClusterLock(cluster, { waitMs: LOCK_WAIT_MS, emit, signal }, async () => {
    const found = await findCluster(cluster);
    requireServing(await observe(found));
    const moved = await withConnections(found.record, (connected) => evenOut(connected, { emit, signal }));
    return { ...(await observe(await again(found))), ...moved, elapsedMs: performance.now() - startedAt };
  });
}

/** Looks at the runtime's side of the cluster anew. */
export async function again(found: FoundCluster): Promise<FoundCluster> {
  return { ...found, record: (await found.runtime.cluster(found.record.spec.name)) ?? found.record };
}

/** Finishes half-moved slots, then plans and moves; returns when every node agrees on the owners. */
export async function evenOut(
  connected: readonly Connected[],
  options: MigrationOptions,
): Promise<MigrationResult & { moves: NamedMove[] }> {
  const before = await readMembership(connected);
  const finished = await finishOpenSlots(before.members, before.topology, options);
  const membership = await readMembership(connected);
  const moves = planEven(membership.topology);
  const moved = await applyMoves(membership.members, moves, options);
  await waitUntilAgreed(connected, options.signal);
  return {
    slotsMoved: finished.slotsMoved + moved.slotsMoved,
    keysMoved: finished.keysMoved + moved.keysMoved,
    migrateMs: finished.migrateMs + moved.migrateMs,
    moves: moves.map((move) => named(move, membership)),
  };
}

/** Even shares for all masters that can hold slots; in the order of their ports, so that the plan is always the same. */
function planEven(topology: Topology): Move[] {
  return planRebalance(masters(topology).filter((node) => node.answered && node.health === 'ok'));
}

function named(move: Move, { members }: Membership): NamedMove {
  const nameOf = (id: string) => members.find((member) => member.id === id)?.name ?? id;
  return { from: nameOf(move.from), to: nameOf(move.to), slots: move.slots };
}

/** Until each node that answers says the same of every slot. */
export async function waitUntilAgreed(
  connected: readonly Connected[],
  signal: AbortSignal | undefined,
): Promise<void> {
  await waitUntilNothingIsMissing(
    async () => {
      const { topology, members } = await readMembership(connected);
      const nameOf = (id: string) => members.find((member) => member.id === id)?.name ?? id.slice(0, 8);
      return topology.disagreements.map(
        ({ viewer, about }) => `${nameOf(viewer)}: ${about.replace(/[0-9a-f]{40}/, nameOf)}`,
      );
    },
    { deadline: Deadline.after(AGREE_MS, signal), what: 'every node to agree on the slots', everyMs: 50 },
  );
}
