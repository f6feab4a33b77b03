import { list, plural } from '../../base/format.js';
import { countSlots, formatRanges, type SlotRange } from '../slots.js';
import type { NodeId } from '../topology.js';
import type { Holder } from './repair.js';

/** More ranges than this are counted instead of listed. */
const RANGES_AT_MOST = 6;

/** `node-3`, or the beginning of the id of a node that the runtime does not have. */
export type NameOf = (id: NodeId) => string;

export function namesIn(names: ReadonlyMap<NodeId, string>): NameOf {
  return (id) => names.get(id) ?? id.slice(0, 8);
}

/** `slot 7`, `slots 7-9 12`, `300 slots (7 9 11 ...)`. */
export function slotsText(slots: readonly SlotRange[]): string {
  const count = countSlots(slots);
  if (slots.length > RANGES_AT_MOST)
    return `${count} slots (${formatRanges(slots.slice(0, RANGES_AT_MOST))} ...)`;
  return `${count === 1 ? 'slot' : 'slots'} ${formatRanges(slots)}`;
}

/** `node-1`, `node-1 and node-2`, `node-1, node-2 and node-3`. */
export function nodesText(nodes: readonly NodeId[], nameOf: NameOf): string {
  return list(nodes.map(nameOf));
}

/** `1 key on node-1 and 20 keys on node-2`. */
export function holdersText(holders: readonly Holder[], nameOf: NameOf): string {
  return list(holders.map(({ node, keys }) => `${plural(keys, 'key')} on ${nameOf(node)}`));
}
