import { SLOT_COUNT, toSlots, type Slot, type SlotRange } from './slots.js';

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
  /** Whom it is about; undefined when it is about slots. */
  readonly node: NodeId | undefined;
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
      const seen = entries.get(entry.id) ?? [];
      entries.set(entry.id, seen);
      seen.push(entry);
    }
  }
  const own = new Map(views.map((view) => [view.self, view.entries.find((entry) => entry.id === view.self)]));
  const epochOf = new Map([...entries].map(([id, seen]) => [id, latest(seen).configEpoch]));
  const stretches = stretchesOf(views).map((stretch) => ({
    ...stretch,
    owner: ownerByVote(stretch.ownerPerView, epochOf),
  }));
  const owners = new Array<NodeId | undefined>(SLOT_COUNT).fill(undefined);
  const slotsOf = new Map<NodeId, [Slot, Slot][]>();
  for (const { first, last, owner } of stretches) {
    if (owner === undefined) continue;
    owners.fill(owner, first, last + 1);
    const ranges = slotsOf.get(owner) ?? [];
    slotsOf.set(owner, ranges);
    const open = ranges.at(-1);
    if (open?.[1] === first - 1) open[1] = last;
    else ranges.push([first, last]);
  }

  const nodes = [...entries].map(([id, seen]): ClusterNode => {
    const witness = own.get(id) ?? latest(seen);
    return {
      id,
      host: seen.map((entry) => entry.host).find((host) => host !== '') ?? '',
      port: witness.port,
      role: witness.role,
      replicaOf: witness.replicaOf,
      slots: slotsOf.get(id) ?? [],
      openSlots: witness.openSlots,
      configEpoch: witness.configEpoch,
      answered: own.has(id),
      health: healthOf(seen),
    };
  });
  nodes.sort((a, b) => a.port - b.port || (a.id < b.id ? -1 : 1));
  return { nodes, owners, disagreements: disagreementsIn(views, nodes, stretches) };
}

function latest(seen: readonly NodeEntry[]): NodeEntry {
  return seen.reduce((best, entry) => (entry.configEpoch > best.configEpoch ? entry : best));
}

function healthOf(seen: readonly NodeEntry[]): ClusterNode['health'] {
  if (seen.some((entry) => entry.flags.includes('fail'))) return 'fail';
  return seen.some((entry) => entry.flags.includes('fail?')) ? 'suspected' : 'ok';
}

/** Slots in a row that no view divides, and whom each view names as their owner. */
interface Stretch {
  readonly first: Slot;
  readonly last: Slot;
  readonly ownerPerView: (NodeId | undefined)[];
}

/** Cuts the slots wherever any view sees a boundary: 60 views of 16384 slots are a million, of 30 stretches 1800. */
function stretchesOf(views: readonly NodeView[]): Stretch[] {
  const cuts = new Set([0, SLOT_COUNT]);
  for (const view of views) {
    for (const entry of view.entries) for (const [first, last] of entry.slots) cuts.add(first).add(last + 1);
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  const stretches = sorted.slice(0, -1).map((first, index): Stretch => ({
    first,
    last: (sorted[index + 1] ?? SLOT_COUNT) - 1,
    ownerPerView: new Array<NodeId | undefined>(views.length).fill(undefined),
  }));
  const indexOf = new Map(stretches.map(({ first }, index) => [first, index]));
  views.forEach((view, at) => {
    for (const entry of view.entries) {
      for (const [first, last] of entry.slots) {
        for (let index = indexOf.get(first) ?? 0; (stretches[index]?.first ?? Infinity) <= last; index += 1) {
          const stretch = stretches[index];
          if (stretch !== undefined) stretch.ownerPerView[at] = entry.id;
        }
      }
    }
  });
  return stretches;
}

/** The owner that most views name; of as many, the one with the higher config epoch. */
function ownerByVote(
  named: readonly (NodeId | undefined)[],
  epochOf: ReadonlyMap<NodeId, number>,
): NodeId | undefined {
  const votes = new Map<NodeId, number>();
  for (const owner of named) if (owner !== undefined) votes.set(owner, (votes.get(owner) ?? 0) + 1);
  let winner: NodeId | undefined;
  for (const [id, count] of votes) {
    const best = winner === undefined ? -1 : (votes.get(winner) ?? 0);
    const newer = winner !== undefined && (epochOf.get(id) ?? 0) > (epochOf.get(winner) ?? 0);
    if (count > best || (count === best && newer)) winner = id;
  }
  return winner;
}

function disagreementsIn(
  views: readonly NodeView[],
  nodes: readonly ClusterNode[],
  stretches: readonly (Stretch & { readonly owner: NodeId | undefined })[],
): Disagreement[] {
  const found: Disagreement[] = [];
  views.forEach((view, at) => {
    const known = new Map(view.entries.map((entry) => [entry.id, entry]));
    for (const node of nodes) {
      const entry = known.get(node.id);
      const about = differenceIn(entry, node);
      if (about !== undefined) found.push({ viewer: view.self, node: node.id, about: `${about} ${node.id}` });
    }
    const differing = stretches
      .filter(({ owner, ownerPerView }) => ownerPerView[at] !== owner)
      .reduce((count, { first, last }) => count + last - first + 1, 0);
    if (differing > 0)
      found.push({ viewer: view.self, node: undefined, about: `gives ${differing} slots to other owners` });
  });
  return found;
}

function differenceIn(entry: NodeEntry | undefined, node: ClusterNode): string | undefined {
  if (entry === undefined) return 'does not know node';
  if (entry.flags.includes('handshake')) return 'is still in handshake with node';
  const isSame = entry.role === node.role && entry.replicaOf === node.replicaOf;
  return isSame ? undefined : 'sees another role for node';
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
