import { evenRanges, type SlotRange } from './slots.js';

/** Who becomes what when a cluster is formed. Nodes are given by their index. */
export interface FormationPlan {
  readonly masters: readonly { readonly node: number; readonly slots: SlotRange }[];
  readonly replicas: readonly { readonly node: number; readonly master: number }[];
}

/**
 * The first `masters` nodes share the slots evenly; the others follow them in turn, so that no master has more than one
 * replica more than another.
 */
export function planFormation(masters: number, replicasPerMaster: number): FormationPlan {
  return {
    masters: evenRanges(masters).map((slots, node) => ({ node, slots })),
    replicas: Array.from({ length: masters * replicasPerMaster }, (_, index) => ({
      node: masters + index,
      master: index % masters,
    })),
  };
}

/**
 * The same plan with each master and its first replica in each other's place: until the master takes over, the replica
 * looks after its slots.
 */
export function withCaretakers({ masters, replicas }: FormationPlan): FormationPlan {
  const caretakerOf = new Map(
    masters.flatMap(({ node }) => {
      const first = replicas.find(({ master }) => master === node);
      return first === undefined ? [] : [[node, first.node] as const];
    }),
  );
  const caretakers = new Set(caretakerOf.values());
  const stewardOf = (master: number) => caretakerOf.get(master) ?? master;
  return {
    masters: masters.map((master) => ({ ...master, node: stewardOf(master.node) })),
    replicas: [
      ...[...caretakerOf].map(([node, master]) => ({ node, master })),
      ...replicas
        .filter(({ node }) => !caretakers.has(node))
        .map(({ node, master }) => ({ node, master: stewardOf(master) })),
    ],
  };
}
