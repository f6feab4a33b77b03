import { Deadline, waitUntilNothingIsMissing } from '../../base/deadline.js';
import { isBalanced, planRebalance, weightedShares, type Move } from '../../cluster/rebalance.js';
import type { NodeId, Topology } from '../../cluster/topology.js';
import { resolveOptions } from '../../config/resolve.js';
import { rebalanceSchema, type RebalanceOptions } from '../../config/scaling-schema.js';
import type { ClusterRecord } from '../../runtimes/runtime.js';
import type { Connected } from '../connections.js';
import { hasPlaceIn, readMembership } from '../members.js';
import { applyMoves, type MigrationOptions } from '../migration/migrate.js';
import { together, type MigrationResult } from '../migration/progress.js';
import { endJournalOf } from '../journal.js';
import { finishHalfMoved } from '../repair/half-moved.js';
import type { OperationOptions } from '../up.js';
import { planFor, type ScalingPlan } from './plan.js';
import {
  change,
  masterNamed,
  migrationOptions,
  namedMoves,
  servingMasters,
  type NamedMove,
  type ScalingResult,
  type Scene,
} from './scene.js';

const AGREE_MS = 15_000;

export type RebalanceResult = ScalingResult;

/**
 * Gives every master its share of the slots, under live writes; finishes first what is half moved.
 *
 * @throws CONFIG_INVALID, UNHEALTHY, LOCKED, MIGRATION_FAILED
 */
export async function rebalance(
  cluster: string,
  options: RebalanceOptions = {},
  activity: OperationOptions = {},
): Promise<RebalanceResult> {
  const asked = resolveOptions(rebalanceSchema, options);
  return change(cluster, activity, async (scene, running) => {
    const plan = planner(scene, asked);
    const options = migrationOptions(running, asked);
    const result = await moveAsPlanned(scene.found.record, scene.connected, plan, options);
    await endJournalOf(cluster, hasPlaceIn(await readMembership(scene.connected)));
    return result;
  });
}

/** @throws CONFIG_INVALID, UNHEALTHY */
export async function planRebalanceOf(cluster: string, options: RebalanceOptions = {}): Promise<ScalingPlan> {
  const asked = resolveOptions(rebalanceSchema, options);
  return planFor(cluster, (scene) =>
    planner(scene, asked)(scene.topology).map((move) => ({ kind: 'move', move })),
  );
}

interface Asked {
  readonly weight: Readonly<Record<string, number>>;
  readonly threshold: number;
  readonly includeEmpty: boolean;
}

function planner(scene: Scene, { weight, threshold, includeEmpty }: Asked): (topology: Topology) => Move[] {
  const weights = new Map(
    Object.entries(weight).map(([reference, value]) => [masterNamed(scene, reference).id, value] as const),
  );
  return (topology) => {
    const owners = servingMasters(topology).filter(
      ({ id, slots }) => slots.length > 0 || includeEmpty || weights.has(id),
    );
    const shares = weightedShares(owners, weights);
    return isBalanced(owners, shares, threshold) ? [] : planRebalance(owners, shares);
  };
}

/** Even shares for all masters that can hold slots, but for those that shall have more or less. */
export function evenly(weights: ReadonlyMap<NodeId, number> = new Map()): (topology: Topology) => Move[] {
  return (topology) => {
    const owners = servingMasters(topology);
    return planRebalance(owners, weightedShares(owners, weights));
  };
}

/**
 * Finishes half-moved slots, then plans and moves; returns when every node agrees on the owners.
 *
 * @param leaving nodes that some may have been told to forget already
 */
export async function moveAsPlanned(
  record: ClusterRecord,
  connected: readonly Connected[],
  plan: (topology: Topology) => readonly Move[],
  options: MigrationOptions,
  leaving: readonly NodeId[] = [],
): Promise<MigrationResult & { moves: NamedMove[] }> {
  const finished = await finishHalfMoved(record, connected, options);
  const { members, topology } = await readMembership(connected);
  const moves = plan(topology);
  const moved = await applyMoves(members, moves, options);
  await waitUntilAgreed(connected, options.signal, leaving);
  return { ...together(finished, moved), moves: namedMoves(moves, members) };
}

/**
 * Until each node that answers says the same of every slot, and of every node that stays, and each slot belongs to one that
 * stays: all may agree that nobody has a slot, and what is removed then is lost.
 */
async function waitUntilAgreed(
  connected: readonly Connected[],
  signal: AbortSignal | undefined,
  leaving: readonly NodeId[],
): Promise<void> {
  await waitUntilNothingIsMissing(
    async () => {
      const { topology, members } = await readMembership(connected);
      const nameOf = (id: string) => members.find((member) => member.id === id)?.name ?? id.slice(0, 8);
      const homeless = topology.owners.filter(
        (owner) => owner === undefined || leaving.includes(owner),
      ).length;
      const disagreements = topology.disagreements
        .filter(({ viewer, node }) => !leaving.includes(viewer) && !leaving.includes(node ?? ''))
        .map(({ viewer, about }) => `${nameOf(viewer)}: ${about.replace(/[0-9a-f]{40}/, nameOf)}`);
      return homeless === 0
        ? disagreements
        : [`${homeless} of the slots: no node that stays has them`, ...disagreements];
    },
    { deadline: Deadline.after(AGREE_MS, signal), what: 'every node to agree on the slots', everyMs: 20 },
  );
}
