import { isDown, type Situation } from './situation.js';
import type { ForgetHandshake, ForgetNode, Meet, Promote, RepairInput } from './repair.js';
import type { NodeId } from '../topology.js';
import { namesIn, nodesText, type NameOf } from './wording.js';

/** Nodes that are down and that the runtime does not have any more: they will not come back. */
export function goneNodes({ nodes, blocked }: Situation, names: ReadonlyMap<NodeId, string>): NodeId[] {
  return [...nodes.values()]
    .filter((node) => isDown(node) && !names.has(node.id) && !blocked.has(node.id))
    .map(({ id }) => id);
}

/** One promotion for each master that is down and can be replaced by a replica with its data. */
export function planPromotions({ promotions }: Situation, names: ReadonlyMap<NodeId, string>): Promote[] {
  const nameOf = namesIn(names);
  return [...promotions].map(([master, node]): Promote => {
    const instead = names.has(master)
      ? `: start ${nameOf(master)} again instead (rcluster start ${nameOf(master)})`
      : '';
    return {
      kind: 'promote',
      node,
      master,
      problem: `${nameOf(master)} is down, and its replica ${nameOf(node)} has not taken over`,
      remedy: `${nameOf(node)} takes over without asking for votes`,
      losesData: `writes that ${nameOf(master)} had not passed on to ${nameOf(node)} are given up${instead}`,
    };
  });
}

/** A FORGET of each of the nodes, wherever it is known. */
export function planForgetting(
  gone: readonly NodeId[],
  situation: Situation,
  names: ReadonlyMap<NodeId, string>,
): ForgetNode[] {
  const nameOf = namesIn(names);
  return gone.map((node): ForgetNode => {
    const at = [...situation.views.values()]
      .filter(({ entries }) => entries.some(({ id }) => id === node))
      .map(({ self }) => self);
    return {
      kind: 'forget-node',
      node,
      at,
      problem: `${nodesText(at, nameOf)} ${at.length === 1 ? 'waits' : 'wait'} for ${nameOf(node)}, whose container is gone`,
      remedy: `${nameOf(node)} is forgotten`,
      losesData: lossWith(node, situation, nameOf),
    };
  });
}

/** Forgetting a node that held keys is final: its slots are free to be taken by another. */
function lossWith(id: NodeId, situation: Situation, nameOf: NameOf): string | undefined {
  const owned = situation.verdicts.some(
    (verdict) => verdict.state === 'uncovered' && verdict.lastOwner === id,
  );
  if (owned) return `${nameOf(id)} owned slots that no other node has the keys of`;
  const heir = situation.promotions.get(id);
  if (heir !== undefined) return `it rests on the promotion of ${nameOf(heir)}`;
  const awaited = [...situation.marks.values()]
    .flat()
    .some(({ state, peer }) => state === 'migrating' && peer === id);
  return awaited ? `slots were moving to ${nameOf(id)}, and some of their keys with them` : undefined;
}

/** Handshakes that somebody is in, by the address with which. */
export function planHandshakes({ views }: Situation, names: ReadonlyMap<NodeId, string>): ForgetHandshake[] {
  const byAddress = new Map<string, { at: NodeId; node: NodeId }[]>();
  for (const { self, entries } of views.values()) {
    for (const { id, host, port, flags } of entries) {
      if (!flags.includes('handshake')) continue;
      const address = `${host}:${port}`;
      byAddress.set(address, [...(byAddress.get(address) ?? []), { at: self, node: id }]);
    }
  }
  return [...byAddress].map(([address, handshakes]): ForgetHandshake => {
    const at = [...new Set(handshakes.map((handshake) => handshake.at))];
    const who = nodesText(at, namesIn(names));
    return {
      kind: 'forget-handshake',
      handshakes,
      problem: `${who} ${at.length === 1 ? 'is' : 'are'} in a handshake with ${address} that does not end`,
      remedy: 'the handshake is forgotten',
      losesData: undefined,
    };
  });
}

/** Introductions of nodes that answer, once for each pair of which one at least does not know the other. */
export function planMeetings({ views, nodes }: Situation, { names }: RepairInput): Meet[] {
  const nameOf = namesIn(names);
  const known = new Map(
    [...views].map(([id, { entries }]) => [
      id,
      new Set(entries.filter(({ flags }) => !flags.includes('handshake')).map((entry) => entry.id)),
    ]),
  );
  const answering = [...nodes.keys()].filter((id) => known.has(id));
  const ignorantOf = (stranger: NodeId) =>
    answering.filter((id) => id !== stranger && known.get(id)?.has(stranger) === false);
  // Whom most do not know comes first: it meets all of them, instead of each of them being met by it.
  const strangers = answering
    .map((id) => ({ node: id, at: ignorantOf(id) }))
    .sort((a, b) => b.at.length - a.at.length);
  const met = new Set<string>();
  return strangers.flatMap(({ node, at }): Meet[] => {
    const viewers = at.filter((viewer) => !met.has(`${viewer} ${node}`));
    for (const viewer of viewers) met.add(`${node} ${viewer}`);
    if (viewers.length === 0) return [];
    const who = nodesText(viewers, nameOf);
    return [
      {
        kind: 'meet',
        node,
        at: viewers,
        problem: `${who} ${viewers.length === 1 ? 'does' : 'do'} not know ${nameOf(node)}`,
        remedy: `${viewers.length === 1 ? 'it meets' : 'they meet'} ${nameOf(node)}`,
        losesData: undefined,
      },
    ];
  });
}
