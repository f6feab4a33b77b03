import { requireNoProblems } from './problems.js';
import { planRebalance, type Move, type SlotOwner } from './rebalance.js';
import { countReplicas, placeReplicas } from './replica-placement.js';
import { countSlots } from './slots.js';
import { masters, type ClusterNode, type NodeId, type Topology } from './topology.js';

/** How nodes leave a cluster: to be carried out from top to bottom. */
export interface RemovalPlan {
  /** Exactly the slots of the leaving masters. */
  readonly moves: readonly Move[];
  /** Replicas of leaving masters that stay, and the masters that they are to follow. */
  readonly replicas: readonly { readonly replica: NodeId; readonly master: NodeId }[];
  /** The leaving nodes, replicas first: a node refuses to forget its own master (redis/cluster.c CLUSTER FORGET). */
  readonly forget: readonly NodeId[];
}

/** The masters that stay and can hold slots, in the order of their ports. With fewer than 3 no majority survives one. */
export function remainingMasters(topology: Topology, leaving: readonly NodeId[]): ClusterNode[] {
  return masters(topology).filter(
    (node) => !leaving.includes(node.id) && node.answered && node.health === 'ok',
  );
}

/**
 * Empties the leaving masters into those that stay, always the one that has fewest slots by then, and sends their
 * replicas to where fewest are. No slot of a staying master moves. A master may turn into a replica when its last slot
 * leaves (cluster-allow-replica-migration); the plan holds all the same.
 *
 * @throws CONFIG_INVALID, with every problem: a node that is not part of the cluster, no master to take the slots, a
 * node that would have to give slots or follow another master but does not answer
 */
export function planRemoval(topology: Topology, leaving: readonly NodeId[]): RemovalPlan {
  const leavers = topology.nodes.filter(({ id }) => leaving.includes(id));
  const leavingMasters = leavers.filter(({ role }) => role === 'master');
  const orphans = topology.nodes.filter(
    ({ id, replicaOf }) => !leaving.includes(id) && leavingMasters.some((master) => master.id === replicaOf),
  );
  const remaining = remainingMasters(topology, leaving);
  const strangers = [...new Set(leaving)].filter((id) => leavers.every((node) => node.id !== id));
  requireNoProblems(
    [
      ...strangers.map((id) => `${id} is not part of the cluster`),
      ...(remaining.length === 0 ? ['no master would remain to take the slots'] : []),
      ...leavingMasters
        .filter(({ answered, slots }) => !answered && slots.length > 0)
        .map(({ id, slots }) => `${id} does not answer, so its ${countSlots(slots)} slots cannot be moved`),
      ...orphans
        .filter(({ answered }) => !answered)
        .map(
          ({ id, replicaOf }) => `${id} does not answer, so it cannot leave ${replicaOf}: remove it as well`,
        ),
    ],
    'these nodes cannot be removed',
  );
  const homes = placeReplicas(countReplicas(topology, remaining, leaving), orphans.length);
  return {
    moves: planRebalance([...remaining, ...leavingMasters], filledShares(remaining, leavingMasters)),
    replicas: orphans.flatMap(({ id }, index) => {
      const master = homes[index];
      return master === undefined ? [] : [{ replica: id, master }];
    }),
    forget: [...leavers.filter(({ role }) => role === 'replica'), ...leavingMasters].map(({ id }) => id),
  };
}

/** What the receivers have once the givers' slots went, one by one, to whoever had fewest. */
function filledShares(receivers: readonly SlotOwner[], givers: readonly SlotOwner[]): Map<NodeId, number> {
  const counts = receivers.map(({ id, slots }) => ({ id, count: countSlots(slots) }));
  const [first, ...others] = counts;
  const slots = givers.reduce((sum, giver) => sum + countSlots(giver.slots), 0);
  for (let given = 0; first !== undefined && given < slots; given += 1) {
    others.reduce((least, other) => (other.count < least.count ? other : least), first).count += 1;
  }
  return new Map(counts.map(({ id, count }) => [id, count]));
}
