import type { Move } from '../../cluster/rebalance.js';
import { planReshard } from '../../cluster/reshard.js';
import type { Topology } from '../../cluster/topology.js';
import { resolveOptions } from '../../config/resolve.js';
import { reshardSchema, type ReshardOptions } from '../../config/scaling-schema.js';
import { toRanges, toSlots } from '../../cluster/slots.js';
import { readJournal, withJournal } from '../journal.js';
import type { OperationOptions } from '../up.js';
import { planFor, type ScalingPlan } from './plan.js';
import { moveAsPlanned } from './rebalance.js';
import {
  change,
  masterNamed,
  migrationOptions,
  servingMasters,
  type ScalingResult,
  type Scene,
} from './scene.js';

export type ReshardResult = ScalingResult;

type Asked = ReturnType<typeof resolve>;
const resolve = (options: ReshardOptions) => resolveOptions(reshardSchema, options);

/**
 * Moves slots by number or by name. The same command after an interruption moves what is left of the first one's plan,
 * not as many again.
 *
 * @throws CONFIG_INVALID, NODE_UNKNOWN, NOT_A_MASTER, UNHEALTHY, LOCKED, MIGRATION_FAILED
 */
export async function reshard(
  cluster: string,
  options: ReshardOptions,
  activity: OperationOptions = {},
): Promise<ReshardResult> {
  const asked = resolve(options);
  return change(cluster, activity, async (scene, running) => {
    const command = JSON.stringify(['reshard', asked.from, asked.to, asked.slots]);
    const journal = await readJournal(cluster, command);
    const moves = journal?.moves ?? movesOf(scene, asked);
    return withJournal(cluster, { command, moves }, () =>
      moveAsPlanned(
        scene.found.record,
        scene.connected,
        (topology) => left(moves, topology),
        migrationOptions(running, asked),
      ),
    );
  });
}

/** @throws CONFIG_INVALID, NODE_UNKNOWN, NOT_A_MASTER, UNHEALTHY */
export async function planReshardOf(cluster: string, options: ReshardOptions): Promise<ScalingPlan> {
  const asked = resolve(options);
  return planFor(cluster, (scene) => movesOf(scene, asked).map((move) => ({ kind: 'move', move })));
}

function movesOf(scene: Scene, { from, to, slots }: Asked): Move[] {
  const owners = servingMasters(scene.topology);
  const target = masterNamed(scene, to).id;
  const sources = [from].flat().includes('all')
    ? owners.filter(({ id, slots: owned }) => id !== target && owned.length > 0).map(({ id }) => id)
    : [from].flat().map((reference) => masterNamed(scene, reference).id);
  return planReshard(owners, { from: sources, to: target, slots });
}

/** What has not changed hands yet. */
function left(moves: readonly Move[], { owners }: Topology): Move[] {
  return moves
    .map((move) => ({
      ...move,
      slots: toRanges(toSlots(move.slots).filter((slot) => owners[slot] === move.from)),
    }))
    .filter(({ slots }) => slots.length > 0);
}
