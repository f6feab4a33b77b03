import { evenRanges, type SlotRange } from './slots.js';

/** Who becomes what when a cluster is formed. Nodes are given by their index. */
export interface FormationPlan {
  readonly masters: readonly { readonly node: number; readonly slots: SlotRange; readonly epoch: number }[];
  readonly replicas: readonly { readonly node: number; readonly master: number }[];
}

/**
 * The first `masters` nodes share the slots evenly; the others follow them in turn, so that no master has more than one
 * replica more than another. Each master gets an epoch of its own, which spares the cluster the collisions that it
 * would otherwise have to resolve (redis/cluster.c clusterHandleConfigEpochCollision).
 */
export function planFormation(masters: number, replicasPerMaster: number): FormationPlan {
  return {
    masters: evenRanges(masters).map((slots, node) => ({ node, slots, epoch: node + 1 })),
    replicas: Array.from({ length: masters * replicasPerMaster }, (_, index) => ({
      node: masters + index,
      master: index % masters,
    })),
  };
}
