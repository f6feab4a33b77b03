import type { NodeId } from '../topology.js';
import type { Replicate } from './repair.js';
import type { Situation } from './situation.js';
import { namesIn } from './wording.js';

export interface ReplicaRepairs {
  /** Replicas of nodes that are gone: a node cannot forget its own master, so these come before that. */
  readonly adoptions: readonly Replicate[];
  /** Replicas that a master with several gives to one with none. */
  readonly gifts: readonly Replicate[];
}

/**
 * A replica for each master that owns slots and has none, as long as another has two or more. Pure.
 *
 * @param gone nodes that are about to be forgotten
 * @param shares how many slots each master owns when all other repairs are done
 */
export function planReplicas(
  { nodes, actors, promotions, views }: Situation,
  gone: readonly NodeId[],
  shares: ReadonlyMap<NodeId, number>,
  names: ReadonlyMap<NodeId, string>,
): ReplicaRepairs {
  const nameOf = namesIn(names);
  const heirs = new Set(promotions.values());
  const following = new Map(actors.map((id) => [id, [] as NodeId[]]));
  const orphans: { readonly node: NodeId; readonly was: NodeId }[] = [];
  for (const { id, role, replicaOf, health } of nodes.values()) {
    if (role !== 'replica' || replicaOf === undefined || heirs.has(id) || health === 'fail') continue;
    // The others follow the replica that takes their master's slots (redis/cluster.c clusterUpdateSlotsConfigWith).
    const master = promotions.get(replicaOf) ?? replicaOf;
    if (gone.includes(master)) {
      if (views.has(id)) orphans.push({ node: id, was: master });
    } else following.get(master)?.push(id);
  }
  const count = (master: NodeId) => following.get(master)?.length ?? 0;
  const owning = actors.filter((id) => (shares.get(id) ?? 0) > 0);

  const adoptions = orphans.flatMap(({ node, was }): Replicate[] => {
    const [master] = [...owning].sort((a, b) => count(a) - count(b));
    if (master === undefined) return [];
    following.get(master)?.push(node);
    return [
      {
        kind: 'replicate',
        node,
        master,
        problem: `${nameOf(node)} follows ${nameOf(was)}, whose container is gone`,
        remedy: `${nameOf(node)} follows ${nameOf(master)}`,
        losesData: undefined,
      },
    ];
  });

  const gifts: Replicate[] = [];
  for (const master of owning.filter((id) => count(id) === 0)) {
    const [donor] = actors.filter((id) => count(id) > 1).sort((a, b) => count(b) - count(a));
    const node = following.get(donor ?? '')?.findLast((id) => views.has(id));
    if (donor === undefined || node === undefined) continue;
    following.set(
      donor,
      (following.get(donor) ?? []).filter((id) => id !== node),
    );
    following.get(master)?.push(node);
    gifts.push({
      kind: 'replicate',
      node,
      master,
      problem: `${nameOf(master)} has no replica, while ${nameOf(donor)} has ${count(donor) + 1}`,
      remedy: `${nameOf(node)} follows ${nameOf(master)} instead`,
      losesData: undefined,
    });
  }
  return { adoptions, gifts };
}
