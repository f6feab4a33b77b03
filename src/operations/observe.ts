import { findingsOf, stateOf, type ClusterState, type Finding } from '../cluster/findings.js';
import type { Nameable } from '../cluster/node-reference.js';
import { SLOT_COUNT, countSlots } from '../cluster/slots.js';
import {
  mergeTopology,
  uncoveredSlots,
  type NodeView,
  type Role,
  type Topology,
} from '../cluster/topology.js';
import type { RuntimeKind } from '../config/types.js';
import { clusterInfo, clusterNodes, info, type ServerInfo } from '../redis/commands/index.js';
import type { ClusterRecord, NodeState } from '../runtimes/runtime.js';
import type { FoundCluster } from '../runtimes/detect.js';
import type { Command } from '../redis/connection.js';
import { endpointOf, withConnections, type Connected } from './connections.js';

/** One node, as `status` prints it. */
export interface NodeReport extends Nameable {
  /** `HOST:PORT`, what a client on this host connects to. */
  readonly endpoint: string;
  /** Undefined when the node is not part of the cluster, or nobody could be asked. */
  readonly role: Role | undefined;
  /** The master's name. */
  readonly replicaOf: string | undefined;
  readonly slotCount: number;
  readonly state: NodeState;
  /** Keys in the node; undefined when it does not answer. */
  readonly keys: number | undefined;
  readonly memoryBytes: number | undefined;
  /** For a replica: the link to its master is up. For a master that answers: true. */
  readonly linkUp: boolean;
}

export interface StatusReport {
  readonly cluster: string;
  readonly runtime: RuntimeKind;
  /** Why it is this runtime. */
  readonly runtimeReason: string;
  /** The image or the server's path. */
  readonly image: string;
  readonly state: ClusterState;
  readonly slotsCovered: number;
  readonly nodes: readonly NodeReport[];
  readonly findings: readonly Finding[];
}

/** What every node that answers says of the cluster, by the node's name. */
export async function readViews(connected: readonly Connected[]): Promise<Map<string, NodeView>> {
  return answersOf(connected, clusterNodes());
}

/** The cluster as it is now. A node that does not answer is a finding, not an error. */
export async function observe(found: Pick<FoundCluster, 'record' | 'reason'>): Promise<StatusReport> {
  return withConnections(found.record, (connected) => observeConnected(found, connected));
}

/** The same over connections that are open already. */
export async function observeConnected(
  { record, reason }: Pick<FoundCluster, 'record' | 'reason'>,
  connected: readonly Connected[],
): Promise<StatusReport> {
  const [views, infos, states] = await Promise.all([
    readViews(connected),
    answersOf(connected, info()),
    answersOf(connected, clusterInfo()),
  ]);
  const topology = mergeTopology(membersOf([...views.values()]));
  const nodes = nodeReports(record, topology, views, infos);
  const observation = {
    nodes: nodes.map((node) => ({ ...node, id: node.id || undefined, serving: states.get(node.name)?.ok })),
    topology,
    replicasWanted: record.spec.replicas,
  };
  const findings = findingsOf(observation);
  return {
    cluster: record.spec.name,
    runtime: record.runtime,
    runtimeReason: reason,
    image: record.server,
    state: stateOf(observation, findings),
    slotsCovered: SLOT_COUNT - uncoveredSlots(topology).length,
    nodes,
    findings,
  };
}

/** Leaves out nodes that stand alone: booted, but never met by the others. */
export function membersOf(views: readonly NodeView[]): NodeView[] {
  return views.filter((view) => {
    const isMet = views.some(
      (other) => other.self !== view.self && other.entries.some(({ id }) => id === view.self),
    );
    return isMet || view.entries.some((entry) => entry.slots.length > 0);
  });
}

async function answersOf<Answer>(
  connected: readonly Connected[],
  command: Command<Answer>,
): Promise<Map<string, Answer>> {
  const answers = await Promise.allSettled(connected.map(({ connection }) => connection.run(command)));
  const byName = new Map<string, Answer>();
  answers.forEach((answer, index) => {
    const name = connected[index]?.node.name;
    if (answer.status === 'fulfilled' && name !== undefined) byName.set(name, answer.value);
  });
  return byName;
}

function nodeReports(
  record: ClusterRecord,
  topology: Topology,
  views: ReadonlyMap<string, NodeView>,
  infos: ReadonlyMap<string, ServerInfo>,
): NodeReport[] {
  // A node that is down cannot say its id; the others still know which port it was at.
  const idOf = (node: { name: string; port: number }) =>
    views.get(node.name)?.self ??
    topology.nodes.find((other) => !other.answered && other.port === node.port)?.id;
  const nameOf = new Map(record.nodes.map((node) => [idOf(node), node.name]));
  return record.nodes.map((node): NodeReport => {
    const id = idOf(node);
    const member = topology.nodes.find((other) => other.id === id);
    const server = infos.get(node.name);
    const slots = member?.slots ?? [];
    return {
      name: node.name,
      port: node.port,
      endpoint: `${endpointOf(record.spec, node).host}:${node.port}`,
      id: id ?? '',
      role: member?.role,
      replicaOf: member?.replicaOf === undefined ? undefined : nameOf.get(member.replicaOf),
      slots,
      slotCount: countSlots(slots),
      state: node.state,
      keys: server?.keys,
      memoryBytes: server?.memoryBytes,
      linkUp: server !== undefined && (member?.role !== 'replica' || server.masterLinkUp),
    };
  });
}
