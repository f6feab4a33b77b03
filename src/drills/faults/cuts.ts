import type { NodeName } from '../../config/types.js';

/** What is done in one node's network: nothing reaches these peers any more. */
export interface Cut {
  readonly node: NodeName;
  readonly peers: readonly NodeName[];
}

/**
 * The cuts that part the groups. To cut a pair at one end is enough, so the largest group is left alone: the fewer nodes
 * have to be touched, the more sharply it begins. One way, the first group's end is where its packets are dropped.
 */
export function cutsBetween(groups: readonly (readonly NodeName[])[], oneWay: boolean): Cut[] {
  const [first = [], ...others] = groups;
  if (oneWay) return first.map((node) => ({ node, peers: others.flat() }));
  const size = Math.max(...groups.map(({ length }) => length));
  const untouched = groups.findLastIndex(({ length }) => length === size);
  return groups.flatMap((group, index) => {
    if (index === untouched) return [];
    const peers = groups.filter((other) => other !== group).flat();
    return group.map((node) => ({ node, peers }));
  });
}

/** The same pairs, cut at both ends: for means that stop only what a node sends. */
export function atBothEnds(cuts: readonly Cut[]): Cut[] {
  const peersOf = new Map<NodeName, Set<NodeName>>();
  const add = (node: NodeName, peer: NodeName) =>
    peersOf.set(node, (peersOf.get(node) ?? new Set()).add(peer));
  for (const { node, peers } of cuts) {
    for (const peer of peers) {
      add(node, peer);
      add(peer, node);
    }
  }
  return [...peersOf].map(([node, peers]) => ({ node, peers: [...peers] }));
}
