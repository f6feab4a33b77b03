import type { Slot, SlotRange } from '../slots.js';
import type { NodeId, NodeView, Topology } from '../topology.js';

/** Keys of one slot in one node, as CLUSTER COUNTKEYSINSLOT counts them there. */
export interface KeysInSlot {
  readonly node: NodeId;
  readonly slot: Slot;
  readonly keys: number;
}

export interface RepairInput {
  readonly topology: Topology;
  /** What each node that answers says itself. */
  readonly views: readonly NodeView[];
  /** The nodes that the runtime has, running or not. One that is not here has no container any more. */
  readonly names: ReadonlyMap<NodeId, string>;
  /** What `slotsToCount` asks for. What is missing counts as 0. */
  readonly keys: readonly KeysInSlot[];
  /** Nodes that refused keys for want of memory: no slot is moved to one that its owner could keep. */
  readonly full?: ReadonlySet<NodeId>;
  /** How much of its master's stream each replica has got (slave_repl_offset): the most is promoted. */
  readonly offsets?: ReadonlyMap<NodeId, number>;
}

interface Explained {
  /** What is wrong: a sentence without a full stop. */
  readonly problem: string;
  /** What is done about it: a phrase that goes on from "repair: ". */
  readonly remedy: string;
  /** Why the repair can lose data; undefined when it cannot. */
  readonly losesData: string | undefined;
}

/** A node that holds keys of slots that another owns. */
export interface Holder {
  readonly node: NodeId;
  readonly keys: number;
}

/**
 * Slots that come to rest with one owner. Every key of theirs that a holder has goes to the owner by MIGRATE without
 * REPLACE; where the owner has the key already (BUSYKEY), its copy is verified to exist and the holder's is deleted.
 * A holder that is neither the owner nor importing would be redirected: SETSLOT IMPORTING from the owner lets it MIGRATE
 * (redis/cluster.c getNodeByQuery). When no holder has a key left, the marks go.
 */
export interface Settlement {
  readonly slots: readonly SlotRange[];
  readonly owner: NodeId;
  readonly holders: readonly Holder[];
  /** Nodes with a MIGRATING or IMPORTING mark that SETSLOT STABLE takes away in the end. */
  readonly marked: readonly NodeId[];
}

/** CLUSTER FORGET a node without a container, at every node that knows it, within the 60 s that the ban lasts. */
export interface ForgetNode extends Explained {
  readonly kind: 'forget-node';
  readonly node: NodeId;
  readonly at: readonly NodeId[];
}

/** CLUSTER FORGET the temporary ids of handshakes with one address. */
export interface ForgetHandshake extends Explained {
  readonly kind: 'forget-handshake';
  readonly handshakes: readonly { readonly at: NodeId; readonly node: NodeId }[];
}

/** CLUSTER MEET `node`, at every node of `at`; done when each knows the other. */
export interface Meet extends Explained {
  readonly kind: 'meet';
  readonly node: NodeId;
  readonly at: readonly NodeId[];
}

/** CLUSTER FAILOVER TAKEOVER at a replica whose master is down and that the cluster did not promote by itself. */
export interface Promote extends Explained {
  readonly kind: 'promote';
  readonly node: NodeId;
  readonly master: NodeId;
}

/**
 * Several nodes say that they own the slots. The losers give them up first (DELSLOTS, then SETSLOT IMPORTING from the
 * owner): a master that learns by gossip that it lost a slot deletes its keys (redis/cluster.c
 * clusterUpdateSlotsConfigWith, dirty_slots). When the holders are empty, SETSLOT NODE at every master.
 */
export interface ClaimedTwice extends Explained, Settlement {
  readonly kind: 'claimed-twice';
  readonly losers: readonly NodeId[];
}

/** Masters take another for the owner, or none: they hear it from the owner, or are told (SETSLOT NODE). */
export interface ViewsDiffer extends Explained {
  readonly kind: 'views-differ';
  readonly slots: readonly SlotRange[];
  readonly owner: NodeId;
  readonly viewers: readonly NodeId[];
}

/** Nobody serves the slots: SETSLOT IMPORTING, then NODE at the owner, which raises its epoch; then at every master. */
export interface Uncovered extends Explained, Settlement {
  readonly kind: 'uncovered';
  /** The node that is down and owned them, as the others know. */
  readonly lastOwner: NodeId | undefined;
}

/**
 * A move that both sides know of goes on: afterwards `owner`, the target, owns the slots. Until then they are the
 * source's: of a key that both have, the source's copy replaces the target's.
 */
export interface FinishMove extends Explained, Settlement {
  readonly kind: 'finish-move';
  readonly from: NodeId;
  /** Keys that the source still holds. */
  readonly keys: number;
}

/** Marks that lead nowhere: the owner keeps the slots. */
export interface CloseSlots extends Explained, Settlement {
  readonly kind: 'close-slots';
}

/** Keys on nodes that do not own their slot. */
export interface StrayKeys extends Explained, Settlement {
  readonly kind: 'stray-keys';
}

/** CLUSTER REPLICATE `master` at `node`. */
export interface Replicate extends Explained {
  readonly kind: 'replicate';
  readonly node: NodeId;
  readonly master: NodeId;
}

/** One thing that is wrong and what is done about it, as data for whoever asks, and for whoever does it. */
export type Repair =
  | ForgetNode
  | ForgetHandshake
  | Meet
  | Promote
  | ClaimedTwice
  | ViewsDiffer
  | Uncovered
  | FinishMove
  | CloseSlots
  | StrayKeys
  | Replicate;
