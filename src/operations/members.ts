import type { Finding } from '../cluster/findings.js';
import { RclusterError } from '../base/errors.js';
import { mergeTopology, type NodeId, type Topology } from '../cluster/topology.js';
import type { NodeConnection, NodeAddress } from '../redis/connection.js';
import type { Connected } from './connections.js';
import { membersOf, readViews, type StatusReport } from './observe.js';

/** A node of the cluster with a connection to it. */
export interface Member {
  readonly id: NodeId;
  readonly name: string;
  readonly port: number;
  readonly connection: NodeConnection;
  /** Where the other nodes reach it. */
  readonly peer: NodeAddress;
}

export interface Membership {
  readonly members: readonly Member[];
  readonly topology: Topology;
}

/** Who takes part in the cluster, and how it looks to all of them. */
export async function readMembership(connected: readonly Connected[]): Promise<Membership> {
  const views = await readViews(connected);
  const topology = mergeTopology(membersOf([...views.values()]));
  const members = connected.flatMap(({ node, connection }): Member[] => {
    const id = views.get(node.name)?.self;
    if (id === undefined || topology.nodes.every((other) => other.id !== id)) return [];
    return [
      { id, name: node.name, port: node.port, connection, peer: { host: node.peerHost, port: node.port } },
    ];
  });
  return { members, topology };
}

/** What makes it unsafe to move slots. A replica that is down does not. */
const BLOCKING: ReadonlySet<Finding['code']> = new Set(['SLOTS_UNCOVERED', 'NODE_SUSPECTED']);

/** @throws UNHEALTHY with what is wrong, when slots cannot be moved safely */
export function requireServing(status: StatusReport): void {
  const blocking = status.findings.filter(({ code }) => BLOCKING.has(code));
  if (status.state !== 'fail' && blocking.length === 0) return;
  throw new RclusterError('UNHEALTHY', `"${status.cluster}" is not healthy enough for that`, {
    details: status.findings.map((finding) => finding.message),
    hint: 'rcluster status says how to mend it',
  });
}
