import type { Finding } from '../cluster/findings.js';
import { RclusterError } from '../base/errors.js';
import { mergeTopology, type NodeId, type NodeView, type Role, type Topology } from '../cluster/topology.js';
import type { NodeConnection, NodeAddress } from '../redis/connection.js';
import type { Connected } from './connections.js';
import { membersOf, readViews, type StatusReport } from './observe.js';

/** A node of the cluster with a connection to it. */
export interface Member {
  readonly id: NodeId;
  readonly name: string;
  readonly port: number;
  readonly role: Role;
  readonly connection: NodeConnection;
  /** Where the other nodes reach it. */
  readonly peer: NodeAddress;
}

export interface Membership {
  readonly members: readonly Member[];
  readonly topology: Topology;
  /** What each member says, as the topology was made of it. */
  readonly views: readonly NodeView[];
}

/** The names of the members that have slots. */
export function ownersAmong({
  members,
  topology,
}: Pick<Membership, 'members' | 'topology'>): ReadonlySet<string> {
  const owners = new Set(topology.owners);
  return new Set(members.filter(({ id }) => owners.has(id)).map(({ name }) => name));
}

/** By name: whether the node follows a master, or has slots. */
export function hasPlaceIn({ members, topology }: Membership): (name: string) => boolean {
  return (name) => {
    const id = members.find((member) => member.name === name)?.id;
    const node = topology.nodes.find((other) => other.id === id);
    return node !== undefined && (node.role === 'replica' || node.slots.length > 0);
  };
}

/** @throws UNHEALTHY when the node does not answer */
export function memberOf(members: readonly Member[], id: NodeId): Member {
  const member = members.find((other) => other.id === id);
  if (member === undefined) throw new RclusterError('UNHEALTHY', `node ${id.slice(0, 8)} does not answer`);
  return member;
}

/** @throws REDIS_ERROR with the first of the reasons for which a node refused to change its slots */
export function requireAccepted({ name }: Pick<Member, 'name'>, refusals: readonly string[]): void {
  const [first] = refusals;
  if (first !== undefined)
    throw new RclusterError('REDIS_ERROR', `${name} refused CLUSTER SETSLOT: ${first}`);
}

/** Who takes part in the cluster, and how it looks to all of them. */
export async function readMembership(connected: readonly Connected[]): Promise<Membership> {
  const viewOf = await readViews(connected);
  const views = membersOf([...viewOf.values()]);
  const topology = mergeTopology(views);
  const members = connected.flatMap(({ node, connection }): Member[] => {
    const id = viewOf.get(node.name)?.self;
    const self = topology.nodes.find((other) => other.id === id);
    if (self === undefined) return [];
    const { name, port, peerHost } = node;
    return [{ id: self.id, name, port, role: self.role, connection, peer: { host: peerHost, port } }];
  });
  return { members, topology, views };
}

/** What makes it unsafe to move slots. A replica that is down does not. */
const BLOCKING: ReadonlySet<Finding['code']> = new Set(['SLOTS_UNCOVERED', 'NODE_SUSPECTED']);

/** Whether half-moved slots are there, and nothing that makes it unsafe to finish them. */
export function isOnlyHalfMoved({ findings }: StatusReport): boolean {
  return (
    findings.some(({ code }) => code === 'SLOT_OPEN') && !findings.some(({ code }) => BLOCKING.has(code))
  );
}

/** Whether slots can be moved safely. */
export function isServing({ state, findings }: StatusReport): boolean {
  return state !== 'fail' && !findings.some(({ code }) => BLOCKING.has(code));
}

/** @throws UNHEALTHY with what is wrong, when slots cannot be moved safely */
export function requireServing(status: StatusReport): void {
  if (isServing(status)) return;
  throw new RclusterError('UNHEALTHY', `"${status.cluster}" is not healthy enough for that`, {
    details: status.findings.map((finding) => finding.message),
    hint: 'rcluster status says how to mend it',
  });
}
