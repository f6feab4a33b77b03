import { all } from '../../base/concurrency.js';
import { Deadline, waitUntilNothingIsMissing } from '../../base/deadline.js';
import { RclusterError } from '../../base/errors.js';
import { list } from '../../base/format.js';
import type { PlanStep } from '../../cluster/plan-step.js';
import { planRemoval, remainingMasters, type RemovalPlan } from '../../cluster/removal.js';
import type { NodeId, Topology } from '../../cluster/topology.js';
import type { NodeName } from '../../config/types.js';
import { resolveOptions } from '../../config/resolve.js';
import { removeSchema, type RemoveOptions } from '../../config/scaling-schema.js';
import { findNode } from '../../cluster/node-reference.js';
import { clusterForget, clusterNodes } from '../../redis/commands/index.js';
import { again } from '../../runtimes/detect.js';
import type { ClusterRecord } from '../../runtimes/runtime.js';
import { withConnections, type Connected } from '../connections.js';
import { attachReplicas, JOIN_MS } from '../join.js';
import type { NodeReport } from '../observe.js';
import type { OperationOptions } from '../up.js';
import { planFor, type ScalingPlan } from './plan.js';
import { moveAsPlanned } from './rebalance.js';
import { change, migrationOptions, nameOf, type ScalingResult, type Scene } from './scene.js';

/** With fewer, nobody could elect a master's successor. */
const MASTERS_NEEDED = 3;
const FORGET_MS = 15_000;

export interface RemoveResult extends ScalingResult {
  readonly removed: readonly string[];
}

/**
 * Takes nodes out of the cluster: their slots go to the masters that stay, their replicas to where fewest are, every
 * node forgets them, and then they and their data are gone. After an interruption the same command goes on.
 *
 * @throws CONFIG_INVALID, NODE_UNKNOWN, UNHEALTHY, LOCKED, MIGRATION_FAILED, TIMEOUT
 */
export async function remove(
  cluster: string,
  references: readonly string[],
  options: RemoveOptions = {},
  activity: OperationOptions = {},
): Promise<RemoveResult> {
  const asked = resolveOptions(removeSchema, options);
  return change(cluster, activity, async (scene, running) => {
    const leaving = leavingNodes(scene, references, asked.force);
    const ids = leaving.map(({ id }) => id).filter((id) => id !== '');
    const names = leaving.map(({ name }) => name);
    requireWitnesses(scene.found.record, scene.connected, names);
    const moved = await moveAsPlanned(
      scene.found.record,
      scene.connected,
      (topology) => planRemoval(topology, idsIn(topology, ids)).moves,
      migrationOptions(running, asked),
      ids,
    );
    running.emit({ type: 'step', text: `removing ${list(names)}` });
    const { record } = await again(scene.found);
    await withConnections(record, async (connected) => {
      requireWitnesses(record, connected, names);
      const staying = connected.filter(({ node }) => !names.includes(node.name));
      await rehome(scene, staying, ids, running.signal);
      await forgetEverywhere(staying, ids, running.signal);
    });
    // Forgotten first: a node that vanishes while it is a member would be reported as failed by all others.
    await all(leaving, ({ name }) => scene.found.runtime.removeNode(cluster, name));
    return { ...moved, removed: names };
  });
}

/** @throws CONFIG_INVALID, NODE_UNKNOWN, UNHEALTHY */
export async function planRemove(
  cluster: string,
  references: readonly string[],
  options: RemoveOptions = {},
): Promise<ScalingPlan> {
  const { force } = resolveOptions(removeSchema, options);
  return planFor(cluster, (scene) => {
    const ids = leavingNodes(scene, references, force)
      .map(({ id }) => id)
      .filter((id) => id !== '');
    const { moves, replicas, forget } = planRemoval(scene.topology, ids);
    return [
      ...moves.map((move): PlanStep => ({ kind: 'move', move })),
      ...replicas.map((pair): PlanStep => ({ kind: 'replicate', ...pair })),
      ...forget.map((node): PlanStep => ({ kind: 'forget', node })),
      ...forget.map((node): PlanStep => ({ kind: 'remove', node })),
    ];
  });
}

function leavingNodes(
  { status, topology }: Scene,
  references: readonly string[],
  force: boolean,
): NodeReport[] {
  const leaving = references.map((reference) => findNode(status.nodes, reference));
  const remaining = remainingMasters(
    topology,
    leaving.map(({ id }) => id),
  );
  const losesMasters = leaving.some(({ role }) => role === 'master');
  if (losesMasters && remaining.length < MASTERS_NEEDED && !force) {
    throw new RclusterError(
      'CONFIG_INVALID',
      `${remaining.length} masters would remain: with fewer than ${MASTERS_NEEDED} nobody can elect a successor`,
      { hint: '--force removes them all the same' },
    );
  }
  return [...new Set(leaving)];
}

/**
 * A node that is down cannot forget anybody: when it returned, it would introduce the removed ones to the others again.
 *
 * @throws UNHEALTHY when one that stays does not answer
 */
function requireWitnesses(
  { nodes }: ClusterRecord,
  connected: readonly Connected[],
  leaving: readonly NodeName[],
): void {
  const absent = nodes.filter(
    ({ name }) => !leaving.includes(name) && connected.every(({ node }) => node.name !== name),
  );
  const [first] = absent;
  if (first === undefined) return;
  const names = list(absent.map(({ name }) => name));
  throw new RclusterError(
    'UNHEALTHY',
    `${names} would not learn that ${list(leaving)} left: it does not answer`,
    {
      hint: `rcluster start ${first.port}, or remove it in the same command`,
    },
  );
}

/** Those that are still members: an interrupted removal may have come further for some. */
function idsIn(topology: Topology, ids: readonly NodeId[]): NodeId[] {
  return ids.filter((id) => topology.nodes.some((node) => node.id === id));
}

/** Replicas of leaving masters follow others; each is in sync with its new master before the old one goes. */
async function rehome(
  scene: Scene,
  connected: readonly Connected[],
  ids: readonly NodeId[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const plan: RemovalPlan['replicas'] = planRemoval(scene.topology, idsIn(scene.topology, ids)).replicas;
  const pairs = plan.map(({ replica, master }) => ({
    replica: nameOf(scene.members, replica),
    master: nameOf(scene.members, master),
  }));
  await attachReplicas(connected, pairs, Deadline.after(JOIN_MS, signal));
}

/**
 * Every node that stays forgets the leaving ones within the same moment: a node that still knew one would introduce it
 * to the others again, once their minute of refusing it is over (redis/cluster.c CLUSTER_BLACKLIST_TTL).
 */
async function forgetEverywhere(
  staying: readonly Connected[],
  ids: readonly NodeId[],
  signal: AbortSignal | undefined,
): Promise<void> {
  await waitUntilNothingIsMissing(
    async () => {
      await all(staying, ({ connection }) => connection.settleAll(ids.map(clusterForget)));
      const views = await all(staying, async ({ node, connection }) => ({
        node,
        view: await connection.run(clusterNodes()),
      }));
      return views.flatMap(({ node, view }) =>
        view.entries.some(({ id }) => ids.includes(id)) ? [`${node.name}: still knows a removed node`] : [],
      );
    },
    {
      deadline: Deadline.after(FORGET_MS, signal),
      what: 'every node to forget the removed ones',
      everyMs: 50,
    },
  );
}
