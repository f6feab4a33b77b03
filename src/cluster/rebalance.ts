import { apportion } from './apportion.js';
import { requireNoProblems } from './problems.js';
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

/** How many slots each owner shall have when nobody is preferred: their counts differ by one at most. */
export function evenShares(owners: readonly SlotOwner[]): Map<NodeId, number> {
  return weightedShares(owners, new Map());
}

/**
 * How many slots each owner shall have: in proportion to its weight, which is 1 unless `weights` says otherwise. Weight
 * 0 gives everything away. The shares add up to the slots that the owners have together; odd slots stay where they are
 * as far as the weights allow, so that as few as possible move. Weights of other nodes count for nothing.
 *
 * @throws CONFIG_INVALID when a weight is negative or not finite, or when all of them are 0
 */
export function weightedShares(
  owners: readonly SlotOwner[],
  weights: ReadonlyMap<NodeId, number>,
): Map<NodeId, number> {
  const claims = owners.map(({ id, slots }) => ({
    id,
    weight: weights.get(id) ?? 1,
    held: countSlots(slots),
  }));
  const problems = claims
    .filter(({ weight }) => !Number.isFinite(weight) || weight < 0)
    .map(({ id, weight }) => `the weight of ${id} is ${weight}: a number, 0 or more, is needed`);
  if (claims.length > 0 && claims.every(({ weight }) => weight === 0)) {
    problems.push('every weight is 0: nobody is left to take the slots');
  }
  requireNoProblems(problems, 'the slots cannot be shared by these weights');
  return apportion(
    claims.reduce((sum, { held }) => sum + held, 0),
    claims,
  );
}

/**
 * Whether every owner is so close to its share that moving slots is not worth it: the difference is at most
 * `thresholdPercent` of what the owner has, as for `redis-cli --cluster-threshold` (redis/redis-cli.c
 * clusterManagerCommandRebalance, whose default is 2). An owner without slots that is due some is never close; unlike
 * there, a threshold of 0 asks for the very shares.
 */
export function isBalanced(
  owners: readonly SlotOwner[],
  shares: ReadonlyMap<NodeId, number>,
  thresholdPercent: number,
): boolean {
  return owners.every(({ id, slots }) => {
    const count = countSlots(slots);
    return Math.abs(count - (shares.get(id) ?? 0)) * 100 <= thresholdPercent * count;
  });
}

/** Slots in a row that a donor can spare. */
interface Offer {
  readonly from: NodeId;
  first: Slot;
  last: Slot;
}

/** What a receiver looks for first, second and last: an offer that lengthens a range it has already. */
const FITS = ['behind', 'before', 'anywhere'] as const;

/**
 * The fewest moves of slots that give every owner its share. Donors give from the end of what they have. A receiver
 * takes what lies next to its own slots before it takes other ones, and then all of one donor before the next, so that
 * ranges stay contiguous where that costs nothing. Of several that want the same, the first given takes it; the order
 * of ranges within an owner does not matter.
 */
export function planRebalance(
  owners: readonly SlotOwner[],
  shares: ReadonlyMap<NodeId, number> = evenShares(owners),
): Move[] {
  const ownerOf = ownerPerSlot(owners);
  const wanted = new Map(owners.map(({ id, slots }) => [id, (shares.get(id) ?? 0) - countSlots(slots)]));
  const offers = owners.flatMap(({ id, slots }) =>
    lastSlots(slots, -(wanted.get(id) ?? 0)).map(([first, last]): Offer => ({ from: id, first, last })),
  );
  const taken = new Map<string, { from: NodeId; to: NodeId; slots: SlotRange[] }>();
  for (const fit of FITS) {
    for (const { id: to } of owners) {
      for (const offer of offers) {
        const want = wanted.get(to) ?? 0;
        if (want <= 0 || offer.first > offer.last || !fits(offer, fit, to, ownerOf)) continue;
        const [first, last] = take(offer, want, fit === 'before');
        ownerOf.fill(to, first, last + 1);
        wanted.set(to, want - (last - first + 1));
        const key = `${offer.from} ${to}`;
        const move = taken.get(key) ?? { from: offer.from, to, slots: [] };
        move.slots.push([first, last]);
        taken.set(key, move);
      }
    }
  }
  return [...taken.values()].map(({ from, to, slots }) => ({ from, to, slots: toRanges(toSlots(slots)) }));
}

function fits(
  offer: Offer,
  fit: (typeof FITS)[number],
  to: NodeId,
  ownerOf: readonly (NodeId | undefined)[],
): boolean {
  if (fit === 'anywhere') return true;
  return ownerOf[fit === 'behind' ? offer.first - 1 : offer.last + 1] === to;
}

/** Cuts at most `count` slots off the offer. */
function take(offer: Offer, count: number, fromEnd: boolean): SlotRange {
  const { first, last } = offer;
  if (fromEnd) {
    offer.last = Math.max(first - 1, last - count);
    return [offer.last + 1, last];
  }
  offer.first = Math.min(last + 1, first + count);
  return [first, offer.first - 1];
}

/** The `count` highest slots of the ranges; none when `count` is not positive. */
function lastSlots(ranges: readonly SlotRange[], count: number): SlotRange[] {
  if (count <= 0) return [];
  const slots = toSlots(ranges).sort((a, b) => a - b);
  return toRanges(slots.slice(-count));
}

export function countMoved(moves: readonly Move[]): number {
  return moves.reduce((sum, move) => sum + countSlots(move.slots), 0);
}

/** The owners after the plan is carried out: the law that planners are tested against. */
export function applyMoves(owners: readonly SlotOwner[], moves: readonly Move[]): SlotOwner[] {
  const ownerOf = ownerPerSlot(owners);
  for (const move of moves) for (const slot of toSlots(move.slots)) ownerOf[slot] = move.to;
  return owners.map(({ id }) => ({
    id,
    slots: toRanges(ownerOf.flatMap((owner, slot) => (owner === id ? [slot] : []))),
  }));
}

function ownerPerSlot(owners: readonly SlotOwner[]): (NodeId | undefined)[] {
  const ownerOf = new Array<NodeId | undefined>(SLOT_COUNT).fill(undefined);
  for (const { id, slots } of owners) for (const [first, last] of slots) ownerOf.fill(id, first, last + 1);
  return ownerOf;
}
