import { silent } from '../../base/events.js';
import { RclusterError, isRclusterError } from '../../base/errors.js';
import { findNode } from '../../cluster/node-reference.js';
import type { Move } from '../../cluster/rebalance.js';
import { masters, type ClusterNode, type NodeId, type Topology } from '../../cluster/topology.js';
import { findCluster, type FoundCluster } from '../../runtimes/detect.js';
import { withConnections, type Connected } from '../connections.js';
import { isOnlyHalfMoved, isServing, readMembership, requireServing, type Member } from '../members.js';
import { observeConnected, type StatusReport } from '../observe.js';
import type { MigrationOptions } from '../migration/migrate.js';
import type { MigrationResult } from '../migration/progress.js';
import { finishHalfMoved } from '../repair/half-moved.js';
import { observeSettled } from '../settle.js';
import { withClusterLock } from '../state-folder.js';
import type { OperationOptions } from '../up.js';

/** A cluster as a scaling command finds it. */
export interface Scene {
  readonly found: FoundCluster;
  readonly status: StatusReport;
  readonly connected: readonly Connected[];
  readonly members: readonly Member[];
  readonly topology: Topology;
}

/** Slots of one move, with the nodes' names. */
export interface NamedMove {
  readonly from: string;
  readonly to: string;
  readonly slots: Move['slots'];
}

/** What every command that moves slots reports. */
export interface ScalingResult extends StatusReport, MigrationResult {
  readonly moves: readonly NamedMove[];
  readonly elapsedMs: number;
}

/** The cluster as it is, for planning: nothing is changed, and nobody is locked out. */
export async function lookAt<Result>(
  cluster: string,
  work: (scene: Scene) => Promise<Result> | Result,
  makeFit?: (
    found: FoundCluster,
    connected: readonly Connected[],
    status: StatusReport,
  ) => Promise<StatusReport>,
): Promise<Result> {
  const found = await findCluster(cluster);
  return withConnections(found.record, async (connected) => {
    const seen = await observeConnected(found, connected);
    const status = isServing(seen) || makeFit === undefined ? seen : await makeFit(found, connected, seen);
    requireServing(status);
    const { members, topology } = await readMembership(connected);
    try {
      return await work({ found, status, connected, members, topology });
    } catch (error) {
      throw withNames(error, members);
    }
  });
}

/**
 * Runs `work` while no other command changes the cluster, and reports how the cluster is afterwards.
 *
 * @throws LOCKED, UNHEALTHY when slots cannot be moved safely
 */
export async function change<Result extends object>(
  cluster: string,
  { emit = silent, signal }: OperationOptions,
  work: (scene: Scene, activity: Required<OperationOptions>) => Promise<Result>,
): Promise<StatusReport & Result & { readonly elapsedMs: number }> {
  const startedAt = performance.now();
  return withClusterLock(cluster, { emit, signal }, async () => {
    const { found, before, result } = await lookAt(
      cluster,
      async (scene) => ({
        found: scene.found,
        before: scene.status.findings,
        result: await work(scene, { emit, signal }),
      }),
      (...seen) => mended(...seen, { emit, signal }),
    );
    const status = await observeSettled(found, before);
    return { ...status, ...result, elapsedMs: performance.now() - startedAt };
  });
}

/**
 * The cluster when what passes has passed. A node that was importing a slot when the slot's owner failed over does not hear
 * who owns it now, and refuses every command (redis/cluster.c clusterUpdateSlotsConfigWith leaves importing slots alone):
 * finishing what is half moved is what helps it, and nothing else would, however long one waits.
 */
async function mended(
  found: FoundCluster,
  connected: readonly Connected[],
  status: StatusReport,
  options: MigrationOptions,
): Promise<StatusReport> {
  if (isOnlyHalfMoved(status)) await finishHalfMoved(found.record, connected, options);
  return observeSettled(found);
}

/** Masters that can give and take slots, in the order of their ports, so that a plan is always the same. */
export function servingMasters(topology: Topology): ClusterNode[] {
  return masters(topology).filter((node) => node.answered && node.health === 'ok');
}

/** The node that `reference` names, in any of its names. @throws NODE_UNKNOWN, NODE_AMBIGUOUS, UNHEALTHY */
export function memberNamed(
  { status, members }: Pick<Scene, 'status' | 'members'>,
  reference: string,
): Member {
  const { name, port } = findNode(status.nodes, reference);
  const member = members.find((other) => other.name === name);
  if (member !== undefined) return member;
  throw new RclusterError('UNHEALTHY', `${name} (${port}) does not answer`, {
    hint: `rcluster start ${port}`,
  });
}

/** The same, for a node that must be a master. @throws NOT_A_MASTER with the masters that there are */
export function masterNamed(
  scene: Pick<Scene, 'status' | 'members' | 'topology'>,
  reference: string,
): Member {
  const member = memberNamed(scene, reference);
  const candidates = masters(scene.topology);
  if (candidates.some(({ id }) => id === member.id)) return member;
  throw new RclusterError('NOT_A_MASTER', `${member.name} (${member.port}) is not a master`, {
    details: [
      'the masters are:',
      ...candidates.map(({ id, port }) => `${port}  ${nameOf(scene.members, id)}`),
    ],
  });
}

export function nameOf(members: readonly Member[], id: NodeId): string {
  return members.find((member) => member.id === id)?.name ?? id.slice(0, 8);
}

/** The planners know nodes by their ids; people by their names. */
function withNames(error: unknown, members: readonly Member[]): unknown {
  if (!isRclusterError(error)) return error;
  const named = (text: string) => text.replace(/\b[0-9a-f]{40}\b/g, (id) => nameOf(members, id));
  return new RclusterError(error.code, named(error.message), {
    details: error.details.map(named),
    hint: error.hint,
    cause: error.cause,
  });
}

export function namedMoves(moves: readonly Move[], members: readonly Member[]): NamedMove[] {
  return moves.map(({ from, to, slots }) => ({
    from: nameOf(members, from),
    to: nameOf(members, to),
    slots,
  }));
}

/** The options of a migration among those of a command. */
export function migrationOptions(
  { emit, signal }: Required<OperationOptions>,
  { maxPause, maxKeySize }: { readonly maxPause: number; readonly maxKeySize?: number | undefined },
): MigrationOptions {
  return { emit, signal, maxPauseMs: maxPause, maxKeyBytes: maxKeySize };
}
