import { toRanges, type Slot, type SlotRange } from '../slots.js';
import type { NodeId } from '../topology.js';
import type { ViewsDiffer } from './repair.js';
import { ownersByMaster, type Situation } from './situation.js';
import { nodesText, slotsText, type NameOf } from './wording.js';

/** Masters that have not heard who owns a slot, although nobody else claims it. */
export function planViews(situation: Situation, nameOf: NameOf): ViewsDiffer[] {
  const heirs = new Set(situation.promotions.values());
  const seen = [...ownersByMaster(situation)];
  const differing = new Map<string, { owner: NodeId; viewers: NodeId[]; slots: Slot[] }>();
  situation.verdicts.forEach((verdict, slot) => {
    // A takeover is announced to all by the server; the other repairs tell every master the owner anyway.
    if (verdict.state !== 'owned' || verdict.losers.length > 0 || heirs.has(verdict.owner)) return;
    const { owner } = verdict;
    if (seen.every(([, owners]) => owners[slot] === owner)) return;
    const viewers = seen.flatMap(([id, owners]) => (owners[slot] === owner ? [] : [id]));
    const key = [owner, ...viewers].join(' ');
    const group = differing.get(key) ?? { owner, viewers, slots: [] };
    group.slots.push(slot);
    differing.set(key, group);
  });
  return [...differing.values()].map(({ owner, viewers, slots }): ViewsDiffer => {
    const ranges: SlotRange[] = toRanges(slots);
    const who = nodesText(viewers, nameOf);
    return {
      kind: 'views-differ',
      slots: ranges,
      owner,
      viewers,
      problem: `${who} ${viewers.length === 1 ? 'does' : 'do'} not know that ${nameOf(owner)} owns ${slotsText(ranges)}`,
      remedy: `${who} ${viewers.length === 1 ? 'is' : 'are'} told the owner`,
      losesData: undefined,
    };
  });
}
