import { SLOT_COUNT, toRanges, toSlots, type Slot, type SlotRange } from './slots.js';

/** The 40 hex digits by which nodes know each other. */
export type NodeId = string;
export type Role = 'master' | 'replica';

/** A slot on its way, as the node itself marks it. */
export interface OpenSlot {
  readonly slot: Slot;
  readonly state: 'migrating' | 'importing';
  /** The node at the other end. */
  readonly peer: NodeId;
}

/** One line of one node's `CLUSTER NODES`. */
export interface NodeEntry {
  readonly id: NodeId;
  /** The address of the cluster bus side: what MEET and MIGRATE take. Empty while unknown. */
  readonly host: string;
  readonly port: number;
  /** What clients are told. Empty when nothing is announced. */
  readonly hostname: string;
  readonly flags: readonly string[];
  readonly role: Role;
  readonly replicaOf: NodeId | undefined;
  readonly configEpoch: number;
  readonly linkUp: boolean;
  readonly slots: readonly SlotRange[];
  /** Shown for the node's own line alone. */
  readonly openSlots: readonly OpenSlot[];
}

/** How one node sees the cluster. */
export interface NodeView {
  readonly self: NodeId;
  readonly entries: readonly NodeEntry[];
}

/** The cluster's node as most of the cluster sees it. */
export interface ClusterNode {
  readonly id: NodeId;
  readonly host: string;
  readonly port: number;
  readonly role: Role;
  readonly replicaOf: NodeId | undefined;
  readonly slots: readonly SlotRange[];
  readonly openSlots: readonly OpenSlot[];
  readonly configEpoch: number;
  /** Whether the node itself answered; otherwise this is what the others say of it. */
  readonly answered: boolean;
  /** `fail` when a majority of masters agreed on it. */
  readonly health: 'ok' | 'suspected' | 'fail';
}

/** Two nodes that do not say the same about the cluster. */
export interface Disagreement {
  /** Who says otherwise than most. */
  readonly viewer: NodeId;
  readonly about: string;
}

export interface Topology {
  readonly nodes: readonly ClusterNode[];
  /** The owner of each slot; undefined where none claims it. */
  readonly owners: readonly (NodeId | undefined)[];
  readonly disagreements: readonly Disagreement[];
}

/** Who owns which slot according to one view. */
export function ownersIn(view: NodeView): (NodeId | undefined)[] {
  const owners = new Array<NodeId | undefined>(SLOT_COUNT).fill(undefined);
  for (const entry of view.entries) for (const slot of toSlots(entry.slots)) owners[slot] = entry.id;
  return owners;
}

/**
 * Merges what every node says into one topology. Each node is the best witness of its own role and open slots; a slot
 * belongs to whom most views give it, and to the higher config epoch when they are even.
 */
export function mergeTopology(views: readonly NodeView[]): Topology {
  const entries = new Map<NodeId, NodeEntry[]>();
  for (const view of views) {
    for (const entry of view.entries) {
      if (entry.flags.includes('handshake')) continue;
      entries.set(entry.id, [...(entries.get(entry.id) ?? []), entry]);
    }
  }
  const own = new Map(views.map((view) => [view.self, view.entries.find((entry) => entry.id === view.self)]));
  const owners = mergeOwners(views, entries);
  const slotsOf = new Map<NodeId, Slot[]>();
  owners.forEach((owner, slot) => {
    if (owner === undefined) return;
    const slots = slotsOf.get(owner);
    if (slots === undefined) slotsOf.set(owner, [slot]);
    else slots.push(slot);
  });

  const nodes = [...entries].map(([id, seen]): ClusterNode => {
    const witness = own.get(id) ?? latest(seen);
    return {
      id,
      host: seen.map((entry) => entry.host).find((host) => host !== '') ?? '',
      port: witness.port,
      role: witness.role,
      replicaOf: witness.replicaOf,
      slots: toRanges(slotsOf.get(id) ?? []),
      openSlots: witness.openSlots,
      configEpoch: witness.configEpoch,
      answered: own.has(id),
      health: healthOf(seen),
    };
  });
  nodes.sort((a, b) => a.port - b.port || (a.id < b.id ? -1 : 1));
  return { nodes, owners, disagreements: disagreementsIn(views, nodes, owners) };
}

function latest(seen: readonly NodeEntry[]): NodeEntry {
  return seen.reduce((best, entry) => (entry.configEpoch > best.configEpoch ? entry : best));
}

function healthOf(seen: readonly NodeEntry[]): ClusterNode['health'] {
  if (seen.some((entry) => entry.flags.includes('fail'))) return 'fail';
  return seen.some((entry) => entry.flags.includes('fail?')) ? 'suspected' : 'ok';
}

function mergeOwners(
  views: readonly NodeView[],
  entries: ReadonlyMap<NodeId, readonly NodeEntry[]>,
): (NodeId | undefined)[] {
  const perView = views.map(ownersIn);
  const epochOf = new Map([...entries].map(([id, seen]) => [id, latest(seen).configEpoch]));
  return Array.from({ length: SLOT_COUNT }, (_, slot) => {
    const votes = new Map<NodeId, number>();
    for (const owners of perView) {
      const owner = owners[slot];
      if (owner !== undefined) votes.set(owner, (votes.get(owner) ?? 0) + 1);
    }
    let winner: NodeId | undefined;
    for (const [id, count] of votes) {
      const best = winner === undefined ? -1 : (votes.get(winner) ?? 0);
      const newer = winner !== undefined && (epochOf.get(id) ?? 0) > (epochOf.get(winner) ?? 0);
      if (count > best || (count === best && newer)) winner = id;
    }
    return winner;
  });
}

function disagreementsIn(
  views: readonly NodeView[],
  nodes: readonly ClusterNode[],
  owners: readonly (NodeId | undefined)[],
): Disagreement[] {
  const found: Disagreement[] = [];
  for (const view of views) {
    const known = new Map(view.entries.map((entry) => [entry.id, entry]));
    for (const node of nodes) {
      const entry = known.get(node.id);
      if (entry === undefined) found.push({ viewer: view.self, about: `does not know node ${node.id}` });
      else if (entry.flags.includes('handshake')) {
        found.push({ viewer: view.self, about: `is still in handshake with node ${node.id}` });
      } else if (entry.role !== node.role || entry.replicaOf !== node.replicaOf) {
        found.push({ viewer: view.self, about: `sees another role for node ${node.id}` });
      }
    }
    const mine = ownersIn(view);
    const differing = owners.flatMap((owner, slot) => (mine[slot] === owner ? [] : [slot]));
    if (differing.length > 0) {
      found.push({ viewer: view.self, about: `gives ${differing.length} slots to other owners` });
    }
  }
  return found;
}

/** Slots that nobody owns. */
export function uncoveredSlots(topology: Topology): Slot[] {
  return topology.owners.flatMap((owner, slot) => (owner === undefined ? [slot] : []));
}

export function masters(topology: Topology): ClusterNode[] {
  return topology.nodes.filter((node) => node.role === 'master');
}

export function replicasOf(topology: Topology, master: NodeId): ClusterNode[] {
  return topology.nodes.filter((node) => node.replicaOf === master);
}
