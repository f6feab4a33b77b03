import type { Slot } from '../slots.js';
import type { NodeId, Topology } from '../topology.js';

/** Slots, and so keys, that went or are on their way from one node to another. */
export interface Passage {
  readonly from: NodeId;
  readonly to: NodeId;
}

/**
 * Between whom keys may have moved from one look at the cluster to the next: slots that have another owner, by a move or by a
 * failover, and slots that are open in either look. Whoever goes through the nodes' keys meanwhile looks at those nodes once
 * more, at `from` before `to`, and has missed nothing: a key that left before it was seen has arrived by then.
 */
export function movesBetween(before: Topology, after: Topology): Passage[] {
  const passages = new Map<string, Passage>();
  const note = (from: NodeId | undefined, to: NodeId | undefined) => {
    if (from !== undefined && to !== undefined && from !== to) passages.set(`${from} ${to}`, { from, to });
  };
  before.owners.forEach((owner, slot) => note(owner, after.owners[slot]));
  for (const { from, to } of openPassages(before)) note(from, to);
  for (const { from, to } of openPassages(after)) note(from, to);
  return [...passages.values()];
}

/** Whether nothing changed hands: slots that are open stayed open the same way. */
export function isUnchanged(before: Topology, after: Topology): boolean {
  const open = (topology: Topology) =>
    topology.nodes
      .flatMap(({ id, openSlots }) =>
        openSlots.map(({ slot, state, peer }) => `${id} ${slot} ${state} ${peer}`),
      )
      .sort()
      .join();
  return before.owners.every((owner, slot) => owner === after.owners[slot]) && open(before) === open(after);
}

/** How many slots have another owner in the second look, or are open in either. */
export function slotsMovingBetween(before: Topology, after: Topology): number {
  const moving = new Set<Slot>();
  before.owners.forEach((owner, slot) => {
    if (owner !== after.owners[slot]) moving.add(slot);
  });
  for (const { openSlots } of [...before.nodes, ...after.nodes])
    for (const { slot } of openSlots) moving.add(slot);
  return moving.size;
}

function openPassages(topology: Topology): Passage[] {
  return topology.nodes.flatMap(({ id, openSlots }) =>
    openSlots.map(({ state, peer }) =>
      state === 'migrating' ? { from: id, to: peer } : { from: peer, to: id },
    ),
  );
}
