import { replicasOf, type ClusterNode, type NodeId, type Topology } from './topology.js';

/** A master and how many replicas it has. */
export interface ReplicaCount {
  readonly master: NodeId;
  readonly replicas: number;
}

/** The replicas of each of these masters that could take over: those that have failed, or are leaving, do not count. */
export function countReplicas(
  topology: Topology,
  masters: readonly ClusterNode[],
  leaving: readonly NodeId[] = [],
): ReplicaCount[] {
  return masters.map(({ id }) => ({
    master: id,
    replicas: replicasOf(topology, id).filter(
      (replica) => replica.health !== 'fail' && !leaving.includes(replica.id),
    ).length,
  }));
}

/**
 * The master of each of `count` new replicas, in turn the one that has fewest by then; of several the first given, so
 * masters are given in the order of their ports. Empty when there is no master.
 */
export function placeReplicas(masters: readonly ReplicaCount[], count: number): NodeId[] {
  const counts = masters.map(({ master, replicas }) => ({ master, replicas }));
  const placed: NodeId[] = [];
  for (let index = 0; index < count; index += 1) {
    const [first, ...others] = counts;
    if (first === undefined) break;
    const poorest = others.reduce((least, other) => (other.replicas < least.replicas ? other : least), first);
    poorest.replicas += 1;
    placed.push(poorest.master);
  }
  return placed;
}
