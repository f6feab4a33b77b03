import type { Slot } from '../slots.js';
import type { NodeId, NodeView, Topology } from '../topology.js';

/**
 * All that the checkup goes by, collected once and as plain data: a judgement needs neither a node nor a clock. No
 * password is among it.
 */
export interface CheckupFacts {
  readonly cluster: string;
  /** Undefined for a cluster that rcluster did not make. */
  readonly lab: LabFacts | undefined;
  readonly nodes: readonly NodeFacts[];
  readonly topology: Topology;
  /** Whether the nodes answer nobody without a password. */
  readonly guarded: boolean;
  /** Round trips from node to node; a sentence that says why, when nobody could measure them. */
  readonly latencies: readonly Latency[] | Unseen;
  /** The failover drill that passed last; null when none has, as far as is known here. */
  readonly drill: PassedDrill | null | Unseen;
  /** When the facts were collected, in milliseconds since 1970. */
  readonly now: number;
}

/** Why something could not be looked at. */
export interface Unseen {
  readonly unseen: string;
}

export const isUnseen = (value: object | null): value is Unseen => value !== null && 'unseen' in value;

/** What rcluster knows of a cluster that it made: all of it is on one host. */
export interface LabFacts {
  readonly replicasWanted: number;
  readonly persistence: 'aof' | 'rdb' | 'none';
  /** The address of the host on which the nodes' ports are published. */
  readonly bind: string;
}

export interface NodeFacts {
  /** `node-1`, or `HOST:PORT` of a node that rcluster did not make. */
  readonly name: string;
  readonly port: number;
  /** Undefined when nobody knows it. */
  readonly id: NodeId | undefined;
  /** `running`, `exited`, `paused`, ...; `silent` when nobody but the node could tell, and it does not answer. */
  readonly state: string;
  /** Undefined when the node does not answer. */
  readonly said: NodeAnswers | undefined;
  /** Undefined when nobody could look. */
  readonly host: HostFacts | undefined;
}

export type Fields = ReadonlyMap<string, string>;

/** What a node that answers says of itself. */
export interface NodeAnswers {
  /** INFO. */
  readonly info: Fields;
  /** CONFIG GET *, of passwords only whether there is one; undefined when the server does not tell. */
  readonly config: Fields | undefined;
  readonly view: NodeView;
  /** cluster_state is ok. */
  readonly serving: boolean;
  /** What it wrote to its replication stream while it was watched; undefined when that was not measured. */
  readonly writtenBytesPerSecond: number | undefined;
  /** The slots of a master with most keys, fullest first; none while it has few keys. */
  readonly fullSlots: readonly FullSlot[];
}

export interface FullSlot {
  readonly slot: Slot;
  readonly keys: number;
  /** Some of them. */
  readonly sample: readonly string[];
}

/** Of the kernel that a node runs on, as its own container or process has it. */
export interface HostFacts {
  /** vm.overcommit_memory. */
  readonly overcommit: number | undefined;
  /** `always`, `madvise` or `never`. */
  readonly hugePages: string | undefined;
  /** net.core.somaxconn. */
  readonly somaxconn: number | undefined;
  /** The most files and sockets that the server may open. */
  readonly fileLimit: number | undefined;
}

/** The shortest of several round trips between two nodes, in milliseconds. */
export interface Latency {
  readonly from: string;
  readonly to: string;
  readonly ms: number;
}

export interface PassedDrill {
  /** `kill-master`, or `kill` for the command. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A node that answers. */
export type AnsweringNode = NodeFacts & { readonly said: NodeAnswers };

export function answering({ nodes }: CheckupFacts): AnsweringNode[] {
  return nodes.filter((node): node is AnsweringNode => node.said !== undefined);
}

/** A node whose settings are known. */
export interface ConfiguredNode {
  readonly name: string;
  readonly node: AnsweringNode;
  readonly config: Fields;
}

/** The nodes whose settings are known; why they are not, when not one node's are. */
export function configured(facts: CheckupFacts): ConfiguredNode[] | Unseen {
  const known = answering(facts).flatMap((node) => {
    const { config } = node.said;
    return config === undefined ? [] : [{ name: node.name, node, config }];
  });
  return known.length > 0 ? known : { unseen: 'no node tells its settings (CONFIG GET)' };
}

/** The masters with slots that answer. */
export function answeringOwners(facts: CheckupFacts): AnsweringNode[] {
  const owners = new Set(
    facts.topology.nodes.flatMap(({ id, role, slots }) =>
      role === 'master' && slots.length > 0 ? [id] : [],
    ),
  );
  return answering(facts).filter(({ id }) => id !== undefined && owners.has(id));
}

/** `node-3`, or the beginning of the id of a node that nobody has a name for. */
export function nameOf({ nodes }: CheckupFacts, id: NodeId): string {
  return nodes.find((node) => node.id === id)?.name ?? id.slice(0, 8);
}

/** A field as a number; undefined when it is missing or none. */
export function numberIn(fields: Fields, name: string): number | undefined {
  const text = fields.get(name);
  const number = text === undefined || text === '' ? NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}

/** How many keys the node has, and how many of them expire (`db0:keys=12,expires=0,avg_ttl=0`). */
export function keysIn(info: Fields): { keys: number; expiring: number } {
  const [, keys = '0', expiring = '0'] = /^keys=(\d+),expires=(\d+)/.exec(info.get('db0') ?? '') ?? [];
  return { keys: Number(keys), expiring: Number(expiring) };
}
