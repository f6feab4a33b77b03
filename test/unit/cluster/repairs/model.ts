import type { Repair, RepairInput, Settlement } from '../../../../src/cluster/repairs/repair.js';
import { situationOf, slotsToCount } from '../../../../src/cluster/repairs/situation.js';
import { SLOT_COUNT, toRanges, toSlots, type Slot } from '../../../../src/cluster/slots.js';
import {
  mergeTopology,
  type NodeEntry,
  type NodeId,
  type NodeView,
  type OpenSlot,
} from '../../../../src/cluster/topology.js';

/** A node as its servers' memory has it. What it holds of a key is the name of the node that wrote that copy. */
export interface ModelNode {
  readonly id: NodeId;
  readonly port: number;
  role: 'master' | 'replica';
  replicaOf: NodeId | undefined;
  epoch: number;
  /** Answers us and the others. */
  readonly up: boolean;
  /** The runtime has it, up or down. */
  readonly kept: boolean;
  readonly owners: (NodeId | undefined)[];
  readonly knows: Set<NodeId>;
  handshakes: NodeId[];
  marks: OpenSlot[];
  readonly keys: Map<Slot, Map<string, string>>;
}

export type Model = readonly ModelNode[];

export const nodeOf = (model: Model, id: NodeId): ModelNode => model.find((node) => node.id === id)!;
export const livingMasters = (model: Model) => model.filter(({ up, role }) => up && role === 'master');
export const keysIn = (node: ModelNode, slot: Slot) => node.keys.get(slot) ?? new Map<string, string>();

export function copyOf(model: Model): ModelNode[] {
  return model.map((node) => ({
    ...node,
    owners: [...node.owners],
    knows: new Set(node.knows),
    handshakes: [...node.handshakes],
    marks: [...node.marks],
    keys: new Map([...node.keys].map(([slot, keys]) => [slot, new Map(keys)])),
  }));
}

function viewIn(model: Model, viewer: ModelNode): NodeView {
  const slotsOf = new Map<NodeId | undefined, Slot[]>();
  viewer.owners.forEach((owner, slot) => {
    const slots = slotsOf.get(owner) ?? [];
    slotsOf.set(owner, slots);
    slots.push(slot);
  });
  const known = model.filter(({ id }) => id === viewer.id || viewer.knows.has(id));
  const entries = known.map((node): NodeEntry => ({
    id: node.id,
    host: `172.30.0.${node.port - 6989}`,
    port: node.port,
    hostname: '127.0.0.1',
    flags: [
      ...(node.id === viewer.id ? ['myself'] : []),
      node.role === 'master' ? 'master' : 'slave',
      ...(node.up ? [] : ['fail']),
    ],
    role: node.role,
    replicaOf: node.replicaOf,
    configEpoch: node.epoch,
    linkUp: node.up,
    slots: toRanges(slotsOf.get(node.id) ?? []),
    openSlots: node.id === viewer.id ? node.marks : [],
  }));
  const handshakes = viewer.handshakes.map((id): NodeEntry => ({
    ...entries[0]!,
    id,
    host: '172.30.0.99',
    port: 7099,
    flags: ['handshake'],
    role: 'master',
    replicaOf: undefined,
    slots: [],
    openSlots: [],
  }));
  return { self: viewer.id, entries: [...entries, ...handshakes] };
}

/** What `fix` would read from the model. */
export function inputOf(model: Model): RepairInput {
  const views = model.filter(({ up }) => up).map((node) => viewIn(model, node));
  const topology = mergeTopology(views);
  const keys = slotsToCount(situationOf({ topology, views })).flatMap(({ node, slots }) => {
    const { keys: held } = nodeOf(model, node);
    return slots.flatMap((slot) => {
      const count = held.get(slot)?.size ?? 0;
      return count > 0 ? [{ node, slot, keys: count }] : [];
    });
  });
  const names = new Map(model.filter(({ kept }) => kept).map(({ id, port }) => [id, `node-${port - 6999}`]));
  return { topology, views, names, keys };
}

const requires = (condition: boolean, what: string) => {
  if (!condition) throw new Error(`the servers would refuse: ${what}`);
};

/** MIGRATE of all that a node has of a slot. `wins`: the mover's copy replaces the other. */
function migrate(from: ModelNode, to: ModelNode, slot: Slot, wins = false) {
  requires(from.up && from.role === 'master' && to.up && to.role === 'master', 'MIGRATE between masters');
  const target = keysIn(to, slot);
  for (const [key, copy] of keysIn(from, slot)) if (wins || !target.has(key)) target.set(key, copy);
  to.keys.set(slot, target);
  from.keys.delete(slot);
}

const unmark = (node: ModelNode, slots: ReadonlySet<Slot>) => {
  node.marks = node.marks.filter(({ slot }) => !slots.has(slot));
};

function fetchKeys(model: Model, { slots, owner, holders }: Settlement) {
  for (const { node, keys } of holders) {
    const holder = nodeOf(model, node);
    const before = toSlots(slots).reduce((sum, slot) => sum + keysIn(holder, slot).size, 0);
    requires(before === keys, 'as many keys as were counted');
    for (const slot of toSlots(slots)) migrate(holder, nodeOf(model, owner), slot);
  }
}

/** SETSLOT NODE at every master; replicas hear of it. */
function assign(model: Model, slots: readonly Slot[], owner: NodeId) {
  for (const node of model.filter(({ up }) => up)) {
    for (const slot of slots) {
      const isLeft = node.owners[slot] === node.id && owner !== node.id;
      requires(!isLeft || keysIn(node, slot).size === 0, 'giving up a slot with keys');
      node.owners[slot] = owner;
    }
  }
}

const isAware = (target: ModelNode, slot: Slot) =>
  target.marks.some((mark) => mark.slot === slot && mark.state === 'importing');

/** The slot was on its way to a node that follows `heir` now; whoever carries the move out marks the heir itself. */
const hasLeftItTo = (model: Model, from: ModelNode, heir: ModelNode, slot: Slot) =>
  from.marks.some(
    (mark) =>
      mark.slot === slot && mark.state === 'migrating' && nodeOf(model, mark.peer).replicaOf === heir.id,
  );

/** Does to the model what a repair does to a cluster. @throws where a server would refuse it */
export function applyRepair(model: Model, repair: Repair): void {
  switch (repair.kind) {
    case 'forget-node':
      for (const node of repair.at.map((id) => nodeOf(model, id))) {
        requires(node.replicaOf !== repair.node, 'forgetting its own master');
        node.knows.delete(repair.node);
        node.owners.forEach((owner, slot) => {
          if (owner === repair.node) node.owners[slot] = undefined;
        });
        node.marks = node.marks.filter(({ peer }) => peer !== repair.node);
      }
      return;
    case 'forget-handshake':
      for (const { at, node } of repair.handshakes) {
        const viewer = nodeOf(model, at);
        viewer.handshakes = viewer.handshakes.filter((id) => id !== node);
      }
      return;
    case 'meet':
      for (const at of repair.at) {
        nodeOf(model, at).knows.add(repair.node);
        nodeOf(model, repair.node).knows.add(at);
      }
      return;
    case 'promote': {
      const heir = nodeOf(model, repair.node);
      requires(heir.up && heir.replicaOf === repair.master, 'promoting another than its replica');
      heir.role = 'master';
      heir.replicaOf = undefined;
      heir.epoch = Math.max(...model.map(({ epoch }) => epoch)) + 1;
      const inherited = heir.owners.flatMap((owner, slot) => (owner === repair.master ? [slot] : []));
      for (const slot of inherited) {
        for (const node of model.filter(({ up }) => up)) {
          // Whoever claims it goes on doing so until it is settled: the worst that can be.
          if (node.owners[slot] !== node.id) node.owners[slot] = heir.id;
        }
      }
      for (const node of model) if (node.replicaOf === repair.master) node.replicaOf = heir.id;
      return;
    }
    case 'replicate': {
      const node = nodeOf(model, repair.node);
      requires(node.up && node.role === 'replica', 'a master that follows');
      requires(nodeOf(model, repair.master).role === 'master', 'following a replica');
      node.replicaOf = repair.master;
      return;
    }
    case 'views-differ':
      for (const id of repair.viewers) {
        for (const slot of toSlots(repair.slots)) nodeOf(model, id).owners[slot] = repair.owner;
      }
      return;
    case 'finish-move':
      for (const slot of toSlots(repair.slots)) {
        const [from, to] = [nodeOf(model, repair.from), nodeOf(model, repair.owner)];
        requires(from.owners[slot] === from.id, 'moving a slot that it does not own');
        requires(isAware(to, slot) || hasLeftItTo(model, from, to, slot), 'not importing');
        migrate(from, to, slot, true);
        unmark(from, new Set([slot]));
        unmark(to, new Set([slot]));
      }
      break;
    case 'close-slots':
    case 'stray-keys':
      for (const slot of toSlots(repair.slots)) {
        requires(
          nodeOf(model, repair.owner).owners[slot] === repair.owner,
          'RESTORE at another than the owner',
        );
      }
      break;
    case 'uncovered':
      nodeOf(model, repair.owner).epoch = Math.max(...model.map(({ epoch }) => epoch)) + 1;
      break;
    case 'claimed-twice':
      break;
  }
  fetchKeys(model, repair);
  assign(model, toSlots(repair.slots), repair.owner);
  for (const id of repair.marked) unmark(nodeOf(model, id), new Set(toSlots(repair.slots)));
}

/** Nobody owns anything. */
export const noOwners = () => new Array<NodeId | undefined>(SLOT_COUNT).fill(undefined);
