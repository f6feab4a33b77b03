import { toRanges, type Slot } from './slots.js';
import type { Move } from './rebalance.js';
import type { NodeId, Topology } from './topology.js';

/** What is left to do for slots that an interrupted migration left half moved. */
export interface OpenSlotPlan {
  /** Moves to be finished: the source still owns the slot. */
  readonly moves: readonly Move[];
  /** Marks without a meaning: the slot has changed hands already. */
  readonly stale: readonly { readonly node: NodeId; readonly slot: Slot }[];
}

/**
 * Every half-moved slot goes on to where it was going, since keys may be there already; who owns it decides whether
 * anything is left to move. Pure.
 */
export function planOpenSlots(topology: Topology): OpenSlotPlan {
  const pairs = new Map<string, { from: NodeId; to: NodeId; slots: Slot[] }>();
  const stale: { node: NodeId; slot: Slot }[] = [];
  for (const node of topology.nodes) {
    for (const { slot, state, peer } of node.openSlots) {
      const [from, to] = state === 'migrating' ? [node.id, peer] : [peer, node.id];
      const isPeerKnown = topology.nodes.some((other) => other.id === peer && other.role === 'master');
      if (topology.owners[slot] !== from || !isPeerKnown) {
        stale.push({ node: node.id, slot });
        continue;
      }
      const key = `${from} ${to}`;
      const pair = pairs.get(key) ?? { from, to, slots: [] };
      pair.slots.push(slot);
      pairs.set(key, pair);
    }
  }
  return {
    moves: [...pairs.values()].map(({ from, to, slots }) => ({ from, to, slots: toRanges(slots) })),
    stale,
  };
}
