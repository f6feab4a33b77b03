import { apportion } from './apportion.js';
import { requireNoProblems } from './problems.js';
import { planRebalance, type Move, type SlotOwner } from './rebalance.js';
import { countSlots, formatRanges, toRanges, toSlots, type Slot, type SlotRange } from './slots.js';
import type { NodeId } from './topology.js';

/** Which slots shall go where. */
export interface ReshardRequest {
  readonly from: readonly NodeId[];
  readonly to: NodeId;
  /** How many, or which. */
  readonly slots: number | readonly SlotRange[];
}

/**
 * The moves that a user asked for by number or by name. A number is taken from the sources in proportion to what each
 * owns, like `redis-cli --cluster reshard`, but from the end of what each owns, as all plans of rcluster do.
 *
 * @throws CONFIG_INVALID, with every problem: a node that is not among the owners, a target that is a source as well,
 * a number that is not whole or above what the sources have, slots that no source owns
 */
export function planReshard(owners: readonly SlotOwner[], request: ReshardRequest): Move[] {
  const { to, slots } = request;
  const from = [...new Set(request.from)];
  const sources = owners.filter(({ id }) => from.includes(id));
  const target = owners.filter(({ id }) => id === to);
  const strangers = [...from, to].filter((id) => !owners.some((owner) => owner.id === id));
  requireNoProblems(
    [
      ...strangers.map((id) => `${id} is not a master of this cluster`),
      ...(from.length === 0 ? ['no source is given'] : []),
      ...(from.includes(to) ? [`${to} cannot be both source and target`] : []),
      ...(typeof slots === 'number' ? numberProblems(sources, slots) : rangeProblems(sources, slots)),
    ],
    'the slots cannot be moved like that',
  );
  if (typeof slots === 'number') return takeNumber(sources, target, slots);
  const asked = new Set(toSlots(slots));
  return sources.flatMap(({ id, slots: owned }) => {
    const given = toSlots(owned).filter((slot) => asked.has(slot));
    return given.length > 0 ? [{ from: id, to, slots: toRanges(given) }] : [];
  });
}

function numberProblems(sources: readonly SlotOwner[], count: number): string[] {
  if (!Number.isInteger(count) || count < 1)
    return [`${count} is not a number of slots: 1 or more is needed`];
  const available = countAll(sources);
  return count > available ? [`${count} slots are too many: the sources own ${available}`] : [];
}

function rangeProblems(sources: readonly SlotOwner[], ranges: readonly SlotRange[]): string[] {
  const owned = new Set<Slot>(sources.flatMap(({ slots }) => toSlots(slots)));
  const missing = toRanges(toSlots(ranges).filter((slot) => !owned.has(slot)));
  return missing.length > 0 ? [`no source owns slots ${formatRanges(missing)}`] : [];
}

/** As a rebalance in which the sources' shares are what they keep. */
function takeNumber(sources: readonly SlotOwner[], target: readonly SlotOwner[], count: number): Move[] {
  const parts = apportion(
    count,
    sources.map(({ id, slots }) => ({ id, weight: countSlots(slots), held: countSlots(slots) })),
  );
  const shares = new Map([
    ...sources.map(({ id, slots }) => [id, countSlots(slots) - (parts.get(id) ?? 0)] as const),
    ...target.map(({ id, slots }) => [id, countSlots(slots) + count] as const),
  ]);
  return planRebalance([...sources, ...target], shares);
}

function countAll(owners: readonly SlotOwner[]): number {
  return owners.reduce((sum, { slots }) => sum + countSlots(slots), 0);
}
