import { SLOT_COUNT, toSlots, type Slot } from '../slots.js';
import {
  ownersIn,
  type ClusterNode,
  type NodeId,
  type NodeView,
  type OpenSlot,
  type Topology,
} from '../topology.js';
import type { RepairInput } from './repair.js';

/** Whose a slot is. `unclear`: its owner lives but does not answer us, so the slot is left alone. */
export type Verdict =
  | { readonly state: 'owned'; readonly owner: NodeId; readonly losers: readonly NodeId[] }
  | {
      readonly state: 'uncovered';
      /** A node that is down and owned it. */
      readonly lastOwner: NodeId | undefined;
      /** Who would be the owner if none held a key: it claims the slot, or most say that it is its. */
      readonly favourite: NodeId | undefined;
    }
  | { readonly state: 'unclear' };

export interface Mark extends OpenSlot {
  /** The node that has the mark. */
  readonly node: NodeId;
}

/** The cluster as the planners look at it: the promotions that are planned count as done. */
export interface Situation {
  readonly nodes: ReadonlyMap<NodeId, ClusterNode>;
  readonly views: ReadonlyMap<NodeId, NodeView>;
  /** Masters that can be told to do something, in the order of their ports. */
  readonly actors: readonly NodeId[];
  /** The replica that takes over, by the master that is down. */
  readonly promotions: ReadonlyMap<NodeId, NodeId>;
  /** Masters that are down with replicas that cannot take over safely yet. */
  readonly blocked: ReadonlySet<NodeId>;
  readonly marks: ReadonlyMap<Slot, readonly Mark[]>;
  /** By slot. */
  readonly verdicts: readonly Verdict[];
}

type Known = Pick<RepairInput, 'topology' | 'views' | 'offsets'>;

/** Does not answer us, and the cluster cannot reach it either. */
export function isDown(node: ClusterNode): boolean {
  return !node.answered && (node.health !== 'ok' || node.host === '');
}

/** Digests what the nodes say into who is there and whose each slot is. */
export function situationOf({ topology, views: given, offsets }: Known): Situation {
  const nodes = new Map(topology.nodes.map((node) => [node.id, node]));
  // A node that stands alone is no part of the topology, and has no say.
  const views = new Map(given.filter(({ self }) => nodes.has(self)).map((view) => [view.self, view]));
  const answering = topology.nodes.filter(({ id, role }) => role === 'master' && views.has(id));
  const marks = marksOf(answering);
  const claims = claimsOf(answering, views);
  const silentOwners = silentOwnersOf(nodes, views);
  const leaders = Array.from(
    { length: SLOT_COUNT },
    (_, slot) => leaderOf(nodes, claims[slot]?.[0], silentOwners[slot]) ?? topology.owners[slot],
  );
  const { promotions, blocked } = promotionsOf(topology, { views, nodes, leaders, marks, offsets });
  const heirs = new Map(
    [...promotions].map(([master, heir]) => [master, { heir, slots: slotsIn(views, heir, master) }]),
  );

  const verdictOf = (slot: Slot): Verdict => {
    const claimants = claims[slot] ?? [];
    const leader = leaders[slot];
    if (leader === undefined) return { state: 'uncovered', lastOwner: undefined, favourite: undefined };
    if (claimants.includes(leader)) {
      return { state: 'owned', owner: leader, losers: claimants.filter((id) => id !== leader) };
    }
    const node = nodes.get(leader);
    const [claimant] = claimants;
    if (node === undefined || node.answered) {
      return { state: 'uncovered', lastOwner: undefined, favourite: claimant ?? leader };
    }
    if (!isDown(node) || blocked.has(leader)) return { state: 'unclear' };
    const inherited = heirs.get(leader);
    if (inherited?.slots.has(slot) === true) {
      return { state: 'owned', owner: inherited.heir, losers: claimants };
    }
    return { state: 'uncovered', lastOwner: leader, favourite: claimant };
  };

  const heirIds = new Set(promotions.values());
  return {
    nodes,
    views,
    actors: topology.nodes
      .filter((node) => answering.includes(node) || heirIds.has(node.id))
      .map(({ id }) => id),
    promotions,
    blocked,
    marks,
    verdicts: Array.from({ length: SLOT_COUNT }, (_, slot) => verdictOf(slot)),
  };
}

/**
 * Whose keys of which slots are to be counted before repairs can be planned: of all slots that a node is not known to
 * own alone, and of those that are half moved.
 */
export function slotsToCount({
  actors,
  verdicts,
  marks,
}: Situation): { readonly node: NodeId; readonly slots: readonly Slot[] }[] {
  return actors.map((node) => ({
    node,
    slots: verdicts.flatMap((verdict, slot) => {
      const isSettled = verdict.state === 'owned' && verdict.owner === node && verdict.losers.length === 0;
      return isSettled && !marks.has(slot) ? [] : [slot];
    }),
  }));
}

/** A replica has no marks: a master that becomes one drops them (redis/cluster.c clusterSetMaster). */
function marksOf(answering: readonly ClusterNode[]): Map<Slot, Mark[]> {
  const marks = new Map<Slot, Mark[]>();
  for (const { id, openSlots } of answering) {
    for (const open of openSlots)
      marks.set(open.slot, [...(marks.get(open.slot) ?? []), { ...open, node: id }]);
  }
  return marks;
}

/**
 * Who says of each slot that it is its own; the rightful one first. The higher config epoch wins. Of two with the same,
 * the smaller id does: that node would raise its epoch (redis/cluster.c clusterHandleConfigEpochCollision).
 */
function claimsOf(
  answering: readonly ClusterNode[],
  views: ReadonlyMap<NodeId, NodeView>,
): readonly (readonly NodeId[])[] {
  const claims = Array.from({ length: SLOT_COUNT }, (): NodeId[] => []);
  const byRight = [...answering].sort((a, b) => b.configEpoch - a.configEpoch || (a.id < b.id ? -1 : 1));
  for (const { id } of byRight) for (const slot of slotsIn(views, id, id)) claims[slot]?.push(id);
  return claims;
}

/** The slots that `viewer` gives to `owner`. */
function slotsIn(views: ReadonlyMap<NodeId, NodeView>, viewer: NodeId, owner: NodeId): ReadonlySet<Slot> {
  return new Set(toSlots(views.get(viewer)?.entries.find(({ id }) => id === owner)?.slots ?? []));
}

/**
 * The node that does not answer us and that anybody takes for the owner of the slot. One witness is enough: a target may
 * have died right after it took a slot, when nobody but the source had heard of it.
 */
function silentOwnersOf(
  nodes: ReadonlyMap<NodeId, ClusterNode>,
  views: ReadonlyMap<NodeId, NodeView>,
): readonly (NodeId | undefined)[] {
  const owners = new Array<NodeId | undefined>(SLOT_COUNT).fill(undefined);
  for (const { entries } of views.values()) {
    for (const { id, slots } of entries) {
      const node = nodes.get(id);
      if (node === undefined || node.answered) continue;
      for (const slot of toSlots(slots)) {
        const best = nodes.get(owners[slot] ?? '');
        if (best === undefined || node.configEpoch > best.configEpoch) owners[slot] = id;
      }
    }
  }
  return owners;
}

/** The rightful owner, be it up or down: a claim is only as good as its epoch, also against one who cannot speak. */
function leaderOf(
  nodes: ReadonlyMap<NodeId, ClusterNode>,
  claimant: NodeId | undefined,
  silent: NodeId | undefined,
): NodeId | undefined {
  if (claimant === undefined || silent === undefined) return claimant ?? silent;
  const epochOf = (id: NodeId) => nodes.get(id)?.configEpoch ?? 0;
  return epochOf(silent) > epochOf(claimant) ? silent : claimant;
}

interface Witnesses {
  readonly nodes: ReadonlyMap<NodeId, ClusterNode>;
  readonly views: ReadonlyMap<NodeId, NodeView>;
  readonly leaders: readonly (NodeId | undefined)[];
  readonly marks: ReadonlyMap<Slot, readonly Mark[]>;
  readonly offsets: ReadonlyMap<NodeId, number> | undefined;
}

/** For each master that is down and whose keys matter, because slots are its or were on their way to it. */
function promotionsOf(topology: Topology, { nodes, views, leaders, marks, offsets }: Witnesses) {
  const promotions = new Map<NodeId, NodeId>();
  const blocked = new Set<NodeId>();
  const matter = new Set([
    ...leaders,
    ...[...marks.values()]
      .flat()
      .filter(isLeaving)
      .map(({ peer }) => peer),
  ]);
  for (const master of topology.nodes.filter((node) => isDown(node) && matter.has(node.id))) {
    const replicas = topology.nodes.filter(({ id, replicaOf }) => replicaOf === master.id && views.has(id));
    // A takeover claims all that the replica believes to be its master's, with the highest epoch of all. One that has
    // not heard of a later owner would take that owner's slots as well.
    const [heir] = replicas
      .filter(({ id }) => [...slotsIn(views, id, master.id)].every((slot) => leaders[slot] === master.id))
      .sort((a, b) => (offsets?.get(b.id) ?? 0) - (offsets?.get(a.id) ?? 0));
    if (heir !== undefined && nodes.has(heir.id)) promotions.set(master.id, heir.id);
    else if (replicas.length > 0) blocked.add(master.id);
  }
  return { promotions, blocked };
}

function isLeaving({ state }: Mark): boolean {
  return state === 'migrating';
}

/** The owner of each slot as every master that answers sees it; a replica cannot be told (SETSLOT is for masters). */
export function ownersByMaster({ views, nodes }: Situation): Map<NodeId, readonly (NodeId | undefined)[]> {
  return new Map(
    [...views]
      .filter(([id]) => nodes.get(id)?.role === 'master')
      .map(([id, view]) => [id, ownersIn(view)] as const),
  );
}
