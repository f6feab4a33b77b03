import type { Slot } from '../slots.js';
import type { NodeId } from '../topology.js';
import { assignOwners, type Forsaken } from './coverage.js';
import { goneNodes } from './membership.js';
import type { Repair, RepairInput } from './repair.js';
import { isDown, type Mark, type Situation } from './situation.js';
import { groupBySame, keyCounter, repairOf, type KeysAt, type Settled, type Treatment } from './treatment.js';
import { planViews } from './views.js';
import { namesIn } from './wording.js';

export interface SlotRepairs {
  /** Claims first, then coverage, open slots and stray keys. */
  readonly repairs: readonly Repair[];
  /** How many slots each master owns afterwards. */
  readonly shares: ReadonlyMap<NodeId, number>;
}

/** Every slot with one owner that all masters agree on, no mark and no key elsewhere. Pure. */
export function planSlots(situation: Situation, input: RepairInput): SlotRepairs {
  const nameOf = namesIn(input.names);
  const keysAt = keyCounter(input);
  const shares = new Map(situation.actors.map((id) => [id, 0]));
  const count = (owner: NodeId) => shares.set(owner, (shares.get(owner) ?? 0) + 1);
  const treatments: (readonly [Slot, Treatment])[] = [];
  const treat = (slot: Slot, treatment: Treatment) => treatments.push([slot, treatment]);
  const forsaken: Forsaken[] = [];
  const gone = goneNodes(situation, input.names);
  // Most slots: one owner, no mark, and nobody else has a key of them.
  const counted = new Set(input.keys.map(({ slot }) => slot));
  const isQuiet = (slot: Slot) => !situation.marks.has(slot) && !counted.has(slot);

  situation.verdicts.forEach((verdict, slot) => {
    if (verdict.state === 'owned' && verdict.losers.length === 0 && isQuiet(slot)) {
      count(verdict.owner);
      return;
    }
    const marks = situation.marks.get(slot) ?? NO_MARKS;
    if (verdict.state === 'owned' && isUndecided(situation, marks)) count(verdict.owner);
    if (verdict.state === 'unclear' || isUndecided(situation, marks)) return;
    if (verdict.state === 'uncovered') {
      forsaken.push({ slot, lastOwner: verdict.lastOwner, favourite: verdict.favourite });
      return;
    }
    const { owner, losers } = verdict;
    const target =
      losers.length > 0
        ? undefined
        : targetOf(owner, marks, gone, input.full, heirIn(situation, keysAt, slot));
    const settled = settle(situation, keysAt, slot, target ?? owner);
    count(target ?? owner);
    if (losers.length > 0) treat(slot, { kind: 'claimed-twice', losers, ...settled });
    else if (target !== undefined)
      treat(slot, { kind: 'finish-move', from: owner, ...moving(settled, owner) });
    else if (marks.length > 0) treat(slot, { kind: 'close-slots', ...settled });
    else if (settled.holders.length > 0) treat(slot, { kind: 'stray-keys', ...settled });
  });

  for (const { slot, lastOwner, owner } of assignOwners(situation, keysAt, input.full, forsaken, shares)) {
    treat(slot, { kind: 'uncovered', lastOwner, ...settle(situation, keysAt, slot, owner) });
  }

  const grouped = groupBySame(treatments);
  const of = (kind: Treatment['kind']) =>
    grouped
      .filter(({ treatment }) => treatment.kind === kind)
      .map((group) => repairOf(group, { situation, keysAt, nameOf, names: input.names }));
  return {
    repairs: [
      ...of('claimed-twice'),
      ...planViews(situation, nameOf),
      ...of('uncovered'),
      ...of('finish-move'),
      ...of('close-slots'),
      ...of('stray-keys'),
    ],
    shares,
  };
}

const NO_MARKS: readonly Mark[] = [];

function settle(situation: Situation, keysAt: KeysAt, slot: Slot, owner: NodeId): Settled {
  const marks = situation.marks.get(slot) ?? [];
  const holders = situation.actors.filter((id) => id !== owner && keysAt(id, slot) > 0);
  const lost = marks
    .filter(({ state, peer }) => state === 'migrating' && isLost(situation, peer))
    .map(({ peer }) => peer);
  return {
    owner,
    holders,
    marked: [...new Set(marks.map(({ node }) => node))],
    lost: [...new Set(lost)],
    mixed: holders.length + Number(keysAt(owner, slot) > 0) > 1,
  };
}

/** A finished move takes the two sides' marks away by itself, and empties the source. */
function moving(settled: Settled, from: NodeId): Settled {
  const isSide = (id: NodeId) => id === from || id === settled.owner;
  return {
    ...settled,
    holders: settled.holders.filter((id) => !isSide(id)),
    marked: settled.marked.filter((id) => !isSide(id)),
  };
}

/**
 * Where the move of a slot goes on to: both sides must know of it. After a failover one of them does not, as marks are
 * not replicated, and then it is the owner that decides: it keeps the slot, unless the target's successor has keys of it
 * already, which clients could not reach on their way back. The owner keeps it as well when the target has no memory
 * left, unless it has none itself. A target that imports from a node that is gone knows no more of it once that node is
 * forgotten: its mark goes with it (redis/cluster.c clusterDelNode), and it would refuse the keys (MOVED). So does the owner's
 * mark when its target is gone.
 *
 * @param gone nodes that are about to be forgotten
 * @param heirOf who has taken over from a node, and holds keys of the slot
 */
function targetOf(
  owner: NodeId,
  marks: readonly Mark[],
  gone: readonly NodeId[],
  full: ReadonlySet<NodeId> | undefined,
  heirOf: (node: NodeId) => NodeId | undefined,
): NodeId | undefined {
  const target = marks.find(({ node, state }) => node === owner && state === 'migrating')?.peer;
  if (target === undefined || target === owner || gone.includes(target)) return undefined;
  const isAware = marks.some(
    ({ node, state, peer }) => node === target && state === 'importing' && !gone.includes(peer),
  );
  const next = isAware ? target : heirOf(target);
  // The target follows the owner itself now: there is nowhere left to go.
  if (next === owner) return undefined;
  const isFull = next !== undefined && full?.has(next) === true && !full.has(owner);
  return isFull ? undefined : next;
}

/** A node that follows another now has left its slots, and what it had of those that were moving to it, to that one. */
function heirIn(
  { nodes, actors }: Situation,
  keysAt: KeysAt,
  slot: Slot,
): (node: NodeId) => NodeId | undefined {
  return (node) => {
    const heir = nodes.get(node)?.replicaOf;
    return heir !== undefined && actors.includes(heir) && keysAt(heir, slot) > 0 ? heir : undefined;
  };
}

/** The slot was leaving for a node that does not answer us but lives: what it holds cannot be known now. */
function isUndecided({ nodes, blocked }: Situation, marks: readonly Mark[]): boolean {
  return marks.some(({ state, peer }) => {
    const node = nodes.get(peer);
    if (state !== 'migrating' || node === undefined || node.answered) return false;
    return !isDown(node) || blocked.has(peer);
  });
}

function isLost({ nodes, promotions }: Situation, id: NodeId): boolean {
  const node = nodes.get(id);
  return node !== undefined && isDown(node) && !promotions.has(id);
}
