import { SLOT_COUNT, countSlots, toRanges, toSlots, type Slot, type SlotRange } from './slots.js';
import type { NodeId } from './topology.js';

export interface SlotOwner {
  readonly id: NodeId;
  readonly slots: readonly SlotRange[];
}

/** Slots that go from one master to another. */
export interface Move {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly slots: readonly SlotRange[];
}

/**
 * How many slots each owner shall have: an even share, where the owners that already have most keep the odd ones, so
 * that as few slots as possible move.
 */
export function evenShares(owners: readonly SlotOwner[]): Map<NodeId, number> {
  const total = owners.reduce((sum, owner) => sum + countSlots(owner.slots), 0);
  const share = Math.floor(total / owners.length);
  const odd = total % owners.length;
  const byCount = [...owners].sort(
    (a, b) => countSlots(b.slots) - countSlots(a.slots) || (a.id < b.id ? -1 : 1),
  );
  return new Map(byCount.map((owner, index) => [owner.id, share + (index < odd ? 1 : 0)]));
}

/**
 * The fewest moves of slots that give every owner its share. Donors give from the end of their ranges, receivers take
 * in the order given, so the same input gives the same plan and ranges stay contiguous where that costs nothing.
 */
export function planRebalance(owners: readonly SlotOwner[], shares = evenShares(owners)): Move[] {
  const shareOf = (owner: SlotOwner) => shares.get(owner.id) ?? 0;
  const donations = owners.flatMap((owner) => {
    const surplus = countSlots(owner.slots) - shareOf(owner);
    return surplus > 0 ? [{ from: owner.id, slots: toSlots(owner.slots).slice(-surplus) }] : [];
  });
  const moves: Move[] = [];
  for (const owner of owners) {
    let wanted = shareOf(owner) - countSlots(owner.slots);
    // A little from every donor in turn would scatter the newcomer's slots; all of one, then the next, does not.
    while (wanted > 0) {
      const donor = donations.find((donation) => donation.slots.length > 0);
      if (donor === undefined) break;
      const slots: Slot[] = donor.slots.splice(0, wanted);
      moves.push({ from: donor.from, to: owner.id, slots: toRanges(slots) });
      wanted -= slots.length;
    }
  }
  return moves;
}

export function countMoved(moves: readonly Move[]): number {
  return moves.reduce((sum, move) => sum + countSlots(move.slots), 0);
}

/** The owners after the plan is carried out: the law that planners are tested against. */
export function applyMoves(owners: readonly SlotOwner[], moves: readonly Move[]): SlotOwner[] {
  const ownerOf = new Array<NodeId | undefined>(SLOT_COUNT).fill(undefined);
  for (const owner of owners) for (const slot of toSlots(owner.slots)) ownerOf[slot] = owner.id;
  for (const move of moves) for (const slot of toSlots(move.slots)) ownerOf[slot] = move.to;
  return owners.map(({ id }) => ({
    id,
    slots: toRanges(ownerOf.flatMap((owner, slot) => (owner === id ? [slot] : []))),
  }));
}
