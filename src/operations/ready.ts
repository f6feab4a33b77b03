import { all } from '../base/concurrency.js';
import { waitUntilNothingIsMissing, type Deadline } from '../base/deadline.js';
import { messageOf } from '../base/errors.js';
import { SLOT_COUNT, slotTags } from '../cluster/slots.js';
import { masters, mergeTopology, uncoveredSlots, type Topology } from '../cluster/topology.js';
import { hostOf } from '../config/announce.js';
import type { ClusterSpec } from '../config/types.js';
import { openClusterClient } from '../redis/cluster-client.js';
import { clusterInfo, clusterNodes, info } from '../redis/commands/index.js';
import type { NodeConnection } from '../redis/connection.js';
import { clientEndpointOf } from './connections.js';

export interface ReadyNode {
  readonly name: string;
  readonly port: number;
  readonly connection: NodeConnection;
}

/**
 * Returns when the cluster is usable in every sense: each node serves, all know each other and agree on every slot,
 * each replica is linked to its master, and a write to each master succeeds through the address that clients are told.
 *
 * @throws TIMEOUT with what was missing, node by node
 */
export async function waitUntilReady(
  spec: ClusterSpec,
  nodes: readonly ReadyNode[],
  deadline: Deadline,
): Promise<Topology> {
  // What is true of a node stays true, so a node that is ready is not asked again: 60 nodes are a lot to ask.
  const ready = new Set<string>();
  let topology = mergeTopology([]);
  await waitUntilNothingIsMissing(
    async () => {
      const pending = nodes.filter((node) => !ready.has(node.name));
      const answers = await all(pending, async (node) => {
        const line = await missingOn(node, nodes.length);
        if (line === undefined) ready.add(node.name);
        return line;
      });
      const missing = answers.filter((line) => line !== undefined);
      if (missing.length > 0) return missing;
      topology = mergeTopology(await all(nodes, ({ connection }) => connection.run(clusterNodes())));
      const lines = disagreements(topology, nodes);
      if (lines.length > 0) ready.clear();
      return lines;
    },
    // Asking costs the nodes the time that they need to get ready.
    { deadline, what: 'the cluster to be ready', everyMs: Math.max(20, nodes.length * 2) },
  );
  await waitUntilNothingIsMissing(() => writeToEachMaster(spec, topology, nodes), {
    deadline,
    what: 'a write through the announced addresses',
    everyMs: 100,
    hint: `clients are told to connect to ${spec.announce}; --announce changes it`,
  });
  return topology;
}

async function missingOn({ name, connection }: ReadyNode, nodeCount: number): Promise<string | undefined> {
  try {
    const [cluster, server] = await Promise.all([connection.run(clusterInfo()), connection.run(info())]);
    if (server.loading) return `${name}: loads its data`;
    if (cluster.knownNodes !== nodeCount) return `${name}: knows ${cluster.knownNodes} of ${nodeCount} nodes`;
    if (cluster.slotsAssigned !== SLOT_COUNT)
      return `${name}: knows owners for ${cluster.slotsAssigned} of ${SLOT_COUNT} slots`;
    if (!cluster.ok) return `${name}: cluster_state is fail`;
    if (server.role === 'replica' && !server.masterLinkUp) return `${name}: is not linked to its master yet`;
    return undefined;
  } catch (error) {
    return `${name}: ${messageOf(error)}`;
  }
}

function disagreements(topology: Topology, nodes: readonly ReadyNode[]): string[] {
  const nameOf = (id: string) => {
    const port = topology.nodes.find((node) => node.id === id)?.port;
    return nodes.find((node) => node.port === port)?.name ?? id.slice(0, 8);
  };
  const lines = topology.disagreements.map(
    ({ viewer, about }) => `${nameOf(viewer)}: ${about.replace(/[0-9a-f]{40}/, nameOf)}`,
  );
  const uncovered = uncoveredSlots(topology).length;
  const unwell = topology.nodes
    .filter((node) => node.health !== 'ok')
    .map((node) => `${nameOf(node.id)}: is suspected`);
  return [...lines, ...unwell, ...(uncovered > 0 ? [`${uncovered} slots have no owner`] : [])];
}

const PROBE_TTL_SECONDS = 10;

async function writeToEachMaster(
  spec: ClusterSpec,
  topology: Topology,
  nodes: readonly ReadyNode[],
): Promise<string[]> {
  const tags = slotTags();
  const owners = masters(topology).filter((node) => node.slots.length > 0);
  const client = openClusterClient(nodes.map((node) => clientEndpointOf(spec, node)));
  try {
    const results = await all(owners, async (owner) => {
      const slot = owner.slots[0]?.[0] ?? 0;
      const key = `rcluster:ready:{${tags[slot] ?? ''}}`;
      try {
        await client.set(key, '1', 'EX', PROBE_TTL_SECONDS);
        await client.del(key);
        return [];
      } catch (error) {
        return [`${hostOf(spec)}:${owner.port}: ${messageOf(error)}`];
      }
    });
    return results.flat();
  } finally {
    client.disconnect();
  }
}
