import { mergeTopology, type NodeId, type Role, type Topology } from '../../cluster/topology.js';
import type { Slot, SlotRange } from '../../cluster/slots.js';
import type { NodeConnection } from '../../redis/connection.js';
import { again, findCluster, type FoundCluster } from '../../runtimes/detect.js';
import { endpointOf, withConnections, type Connected } from '../connections.js';
import { membersOf, readViews } from '../observe.js';

/** A node that answers. */
export interface SeenNode {
  readonly id: NodeId;
  readonly name: string;
  readonly port: number;
  readonly endpoint: string;
  readonly role: Role;
  /** The master's name; its id when it is none of ours. */
  readonly replicaOf: string | undefined;
  readonly slots: readonly SlotRange[];
  readonly connection: NodeConnection;
}

/** A node that could not be asked, and why. */
export interface UnseenNode {
  readonly node: string;
  readonly port: number;
  /** As the others know it. */
  readonly role: Role | undefined;
  readonly why: string;
}

/** A master's slots, and who can be asked about them: the master first, else its replicas. */
export interface Shard {
  readonly id: NodeId;
  readonly name: string;
  readonly slots: readonly SlotRange[];
  readonly master: SeenNode | undefined;
  readonly replicas: readonly SeenNode[];
}

/** A cluster as the commands find it that look at it and do not change its shape. It may be in any state. */
export interface Sight {
  readonly found: FoundCluster;
  readonly topology: Topology;
  readonly nodes: readonly SeenNode[];
  readonly unseen: readonly UnseenNode[];
  readonly shards: readonly Shard[];
  /** The name of any node; the beginning of its id when it is none of ours. */
  readonly nameOf: (id: NodeId) => string;
  readonly shardOf: (slot: Slot) => Shard | undefined;
}

/** @param reach as whom, as for {@link withConnections}. @throws CLUSTER_UNKNOWN */
export async function look<Result>(
  cluster: string,
  work: (sight: Sight) => Promise<Result>,
  reach = endpointOf,
): Promise<Result> {
  return lookAgain(await findCluster(cluster), work, reach);
}

/** The same for a cluster that was found before, whose nodes may be others by now. */
export async function lookAgain<Result>(
  found: FoundCluster,
  work: (sight: Sight) => Promise<Result>,
  reach = endpointOf,
): Promise<Result> {
  const current = await again(found);
  return withConnections(current.record, async (connected) => work(await sightOf(current, connected)), reach);
}

async function sightOf(found: FoundCluster, connected: readonly Connected[]): Promise<Sight> {
  const { record } = found;
  const viewOf = await readViews(connected);
  const topology = mergeTopology(membersOf([...viewOf.values()]));
  // A node that is down does not say its id; the others know who was at its port.
  const names = new Map(
    topology.nodes.map(({ id, port }) => {
      const own = connected.find(({ node }) => viewOf.get(node.name)?.self === id)?.node;
      return [id, (own ?? record.nodes.find((node) => node.port === port))?.name ?? id.slice(0, 8)] as const;
    }),
  );
  const nameOf = (id: NodeId) => names.get(id) ?? id.slice(0, 8);
  const nodes = connected.flatMap(({ node, connection }): SeenNode[] => {
    const member = topology.nodes.find(({ id }) => id === viewOf.get(node.name)?.self);
    if (member === undefined) return [];
    const { host, port } = endpointOf(record.spec, node);
    const { id, role, slots, replicaOf } = member;
    return [
      {
        ...{ id, name: node.name, port, endpoint: `${host}:${port}`, role, slots, connection },
        replicaOf: replicaOf === undefined ? undefined : nameOf(replicaOf),
      },
    ];
  });
  const unseen = record.nodes
    .filter(({ name }) => !nodes.some((node) => node.name === name))
    .map(({ name, port, state }) => ({
      ...{ node: name, port, why: whyUnseen(state, connected, name) },
      role: topology.nodes.find((other) => other.port === port)?.role,
    }));
  const shards = topology.nodes
    .filter(({ role, slots, answered }) => role === 'master' && (slots.length > 0 || answered))
    .map(({ id, slots }): Shard => ({
      ...{ id, name: nameOf(id), slots },
      master: nodes.find((node) => node.id === id),
      replicas: nodes.filter((node) =>
        topology.nodes.some((other) => other.id === node.id && other.replicaOf === id),
      ),
    }));
  const shardOf = (slot: Slot) => shards.find(({ id }) => id === topology.owners[slot]);
  return { found, topology, nodes, unseen, shards, nameOf, shardOf };
}

function whyUnseen(state: string, connected: readonly Connected[], name: string): string {
  if (state !== 'running') return state;
  return connected.some(({ node }) => node.name === name)
    ? 'takes no part in the cluster'
    : 'does not answer';
}
