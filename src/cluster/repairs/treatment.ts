import { list, plural } from '../../base/format.js';
import { toRanges, type Slot } from '../slots.js';
import type { NodeId } from '../topology.js';
import type { Holder, Repair, RepairInput, Settlement } from './repair.js';
import type { Situation } from './situation.js';
import { holdersText, nodesText, slotsText, type NameOf } from './wording.js';

/** What is to be done with one slot. Slots with which the same is to be done become one repair. */
export type Treatment = {
  /** Who owns the slot afterwards. */
  readonly owner: NodeId;
  /** Who holds keys of it besides: the keys that each has are summed up over the slots. */
  readonly holders: readonly NodeId[];
  readonly marked: readonly NodeId[];
  /** Nodes that are down and to which the slot was leaving. */
  readonly lost: readonly NodeId[];
  /** More than one node has keys, and may have different values of one key. */
  readonly mixed: boolean;
} & (
  | { readonly kind: 'claimed-twice'; readonly losers: readonly NodeId[] }
  | { readonly kind: 'uncovered'; readonly lastOwner: NodeId | undefined }
  | { readonly kind: 'finish-move'; readonly from: NodeId }
  | { readonly kind: 'close-slots' }
  | { readonly kind: 'stray-keys' }
);

export type Settled = Pick<Treatment, 'owner' | 'holders' | 'marked' | 'lost' | 'mixed'>;

/** How many keys of the slot the node holds. */
export type KeysAt = (node: NodeId, slot: Slot) => number;

export function keyCounter({ keys }: RepairInput): KeysAt {
  const counts = new Map<NodeId, Map<Slot, number>>();
  for (const held of keys) {
    const ofNode = counts.get(held.node) ?? new Map<Slot, number>();
    counts.set(held.node, ofNode.set(held.slot, held.keys));
  }
  return (node, slot) => counts.get(node)?.get(slot) ?? 0;
}

/** Slots that are treated alike. */
export interface Group {
  readonly treatment: Treatment;
  readonly slots: readonly Slot[];
}

export function groupBySame(treatments: readonly (readonly [Slot, Treatment])[]): Group[] {
  const groups = new Map<string, { treatment: Treatment; slots: Slot[] }>();
  for (const [slot, treatment] of treatments) {
    const key = JSON.stringify(Object.entries(treatment).sort(([a], [b]) => (a < b ? -1 : 1)));
    const group = groups.get(key) ?? { treatment, slots: [] };
    group.slots.push(slot);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export interface Telling {
  readonly situation: Situation;
  readonly keysAt: KeysAt;
  readonly nameOf: NameOf;
  readonly names: ReadonlyMap<NodeId, string>;
}

/** The repair in which a group of slots gets its treatment, explained. */
export function repairOf({ treatment, slots }: Group, telling: Telling): Repair {
  const { nameOf, keysAt } = telling;
  const keysOf = (node: NodeId) => slots.reduce((sum, slot) => sum + keysAt(node, slot), 0);
  const holders = treatment.holders.map((node): Holder => ({ node, keys: keysOf(node) }));
  const settlement: Settlement = {
    slots: toRanges(slots),
    owner: treatment.owner,
    holders,
    marked: treatment.marked,
  };
  const text = slotsText(settlement.slots);
  const owner = nameOf(treatment.owner);
  const fetching = holders.length > 0 ? [`${owner} gets the ${holdersText(holders, nameOf)}`] : [];
  const closing =
    settlement.marked.length > 0 ? [`the marks on ${nodesText(settlement.marked, nameOf)} are removed`] : [];
  const losesData = lossOf(treatment, telling);
  const is = slots.length === 1 ? 'is' : 'are';
  switch (treatment.kind) {
    case 'claimed-twice': {
      const { kind, losers } = treatment;
      const all = nodesText([treatment.owner, ...losers], nameOf);
      return {
        kind,
        ...settlement,
        losers,
        problem: `${text} ${is} claimed by ${all} at once`,
        remedy: list([`${owner}, whose claim is the newest, keeps what is claimed`, ...fetching, ...closing]),
        losesData,
      };
    }
    case 'uncovered': {
      const { kind, lastOwner } = treatment;
      const last = lastOwner === undefined ? '' : ` since ${nameOf(lastOwner)} went down`;
      const having = keysOf(treatment.owner) > 0 ? ', which holds keys of that' : '';
      return {
        kind,
        ...settlement,
        lastOwner,
        problem: `${text} ${is} served by nobody${last}`,
        remedy: list([`${owner}${having} becomes the owner`, ...fetching, ...closing]),
        losesData,
      };
    }
    case 'finish-move': {
      const { kind, from } = treatment;
      const keys = keysOf(from);
      return {
        kind,
        ...settlement,
        from,
        keys,
        problem: `${text} ${is} half moved from ${nameOf(from)} to ${owner}`,
        remedy: list([
          `the move goes on (${plural(keys, 'key')} left on ${nameOf(from)})`,
          ...fetching,
          ...closing,
        ]),
        losesData,
      };
    }
    case 'close-slots':
      return {
        kind: treatment.kind,
        ...settlement,
        problem: `${text} of ${owner} ${is} marked as moving on ${nodesText(settlement.marked, nameOf)}, but the move cannot go on`,
        remedy: list([`${owner} keeps what it owns`, ...fetching, ...closing]),
        losesData,
      };
    case 'stray-keys':
      return {
        kind: treatment.kind,
        ...settlement,
        problem: `nobody can reach the ${holdersText(holders, nameOf)}: ${text} ${slots.length === 1 ? 'belongs' : 'belong'} to ${owner}`,
        remedy: `the keys go to ${owner}; of a key that ${owner} has already, its copy stays`,
        losesData,
      };
  }
}

/** Why the treatment can lose data: a node that is down had keys, or nobody can say which of two copies is right. */
function lossOf(treatment: Treatment, { situation, nameOf, names }: Telling): string | undefined {
  const reasons: string[] = [];
  const down = [...treatment.lost];
  if (treatment.kind === 'uncovered' && treatment.lastOwner !== undefined) down.push(treatment.lastOwner);
  for (const id of new Set(down)) {
    reasons.push(
      names.has(id)
        ? `what ${nameOf(id)} holds is given up: start it again instead (rcluster start ${nameOf(id)})`
        : `what ${nameOf(id)} held went with its container`,
    );
  }
  const isContested = treatment.kind === 'claimed-twice' || treatment.kind === 'uncovered';
  if (isContested && treatment.mixed) {
    reasons.push(`of a key that has several copies, ${nameOf(treatment.owner)}'s is kept whichever is newer`);
  }
  const involved = [treatment.owner, ...treatment.holders];
  const heir = [...situation.promotions.values()].find((id) => involved.includes(id));
  if (heir !== undefined) reasons.push(`it rests on the promotion of ${nameOf(heir)}`);
  return reasons.length > 0 ? reasons.join('; ') : undefined;
}
