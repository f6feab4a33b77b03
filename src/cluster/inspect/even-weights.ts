import { applyMoves, planRebalance, weightedShares, type SlotOwner } from '../rebalance.js';
import { countSlots, toSlots, type Slot } from '../slots.js';
import type { NodeId } from '../topology.js';

export interface EvenWeights {
  readonly weights: ReadonlyMap<NodeId, number>;
  /** The load of the fullest owner, where 1 is an even share. */
  readonly before: number;
  readonly after: number;
}

const ROUNDS = 12;
const LIGHTEST = 0.05;
/** Less than this is not worth moving slots. */
const WORTH = 0.05;

/**
 * Weights with which `rebalance` would even out a load that is not even among the slots. Each try is the very plan that
 * `rebalance` would make, so what it promises is what comes; weights have two decimals, as they are typed in. Pure.
 *
 * @returns undefined when no weights that were found are worth the moves
 */
export function evenWeights(
  owners: readonly SlotOwner[],
  loadOf: (slot: Slot) => number,
): EvenWeights | undefined {
  const slots = owners.reduce((sum, owner) => sum + countSlots(owner.slots), 0);
  const before = fullest(owners, loadOf);
  if (slots === 0 || owners.length < 2 || !Number.isFinite(before)) return undefined;
  let weights = new Map(
    owners.map((owner) => [owner.id, (countSlots(owner.slots) * owners.length) / slots] as const),
  );
  let best: EvenWeights | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    weights = new Map([...weights].map(([id, weight]) => [id, Math.max(LIGHTEST, twoDecimals(weight))]));
    const planned = applyMoves(owners, planRebalance(owners, weightedShares(owners, weights)));
    const after = fullest(planned, loadOf);
    if (after < (best?.after ?? before)) best = { weights, before, after };
    const loads = loadsOf(planned, loadOf);
    const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
    weights = new Map(
      [...weights].map(([id, weight], index) => {
        const load = Math.max(loads[index] ?? 0, mean / 10);
        return [id, weight * Math.sqrt(mean / load)];
      }),
    );
  }
  return best !== undefined && before - best.after > WORTH ? best : undefined;
}

/** NaN without any load. */
function fullest(owners: readonly SlotOwner[], loadOf: (slot: Slot) => number): number {
  const loads = loadsOf(owners, loadOf);
  const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  return Math.max(...loads) / mean;
}

function loadsOf(owners: readonly SlotOwner[], loadOf: (slot: Slot) => number): number[] {
  return owners.map(({ slots }) => toSlots(slots).reduce((sum, slot) => sum + loadOf(slot), 0));
}

const twoDecimals = (weight: number) => Math.round(weight * 100) / 100;
