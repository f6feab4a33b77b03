import type { Cluster, ClusterOptions } from 'ioredis';
import type { AddMasterOptions, RebalanceOptions, RemoveOptions } from '../config/scaling-schema.js';
import type { UpOptions } from '../config/schema.js';
import { hostOf } from '../config/announce.js';
import { DEFAULTS } from '../config/defaults.js';
import { kill, type KillResult } from '../drills/kill.js';
import { addMaster, type AddMasterResult } from '../operations/scaling/add-master.js';
import { down } from '../operations/down.js';
import { startNode, type NodeResult } from '../operations/node-lifecycle.js';
import type { NodeReport, StatusReport } from '../operations/observe.js';
import { rebalance, type RebalanceResult } from '../operations/scaling/rebalance.js';
import { remove, type RemoveResult } from '../operations/scaling/remove.js';
import { status } from '../operations/status.js';
import { up, type OperationOptions } from '../operations/up.js';
import { openClusterClient } from '../redis/cluster-client.js';

export type CreateClusterOptions = UpOptions & OperationOptions;

/** A running cluster, for as long as a test suite or a script needs it. */
export interface ClusterHandle extends AsyncDisposable {
  readonly name: string;
  /** The nodes when the cluster was made, or after the last change through this handle. */
  readonly nodes: readonly NodeReport[];
  /** `HOST:PORT` of every node; any one that answers is enough to connect. */
  readonly endpoints: readonly string[];
  /** An ioredis Cluster client with settings that get over a failover. It is closed by `down`. */
  client(options?: ClusterOptions): Cluster;
  status(): Promise<StatusReport>;
  /** Kills a node, in any of its names, and measures the failover. */
  kill(node: string): Promise<KillResult>;
  start(node: string): Promise<NodeResult>;
  addMaster(options?: AddMasterOptions): Promise<AddMasterResult>;
  rebalance(options?: RebalanceOptions): Promise<RebalanceResult>;
  /** Drains nodes and takes them out of the cluster. */
  remove(nodes: readonly string[], options?: RemoveOptions): Promise<RemoveResult>;
  /** Removes the cluster with its data. */
  down(): Promise<void>;
}

/**
 * Boots a cluster and returns when it is ready.
 *
 * ```ts
 * await using cluster = await createCluster({ cluster: 'suite', anyPort: true });
 * await cluster.client().set('key', 'value');
 * ```
 *
 * @throws RclusterError with one of the codes that {@link up} gives
 */
export async function createCluster(options: CreateClusterOptions = {}): Promise<ClusterHandle> {
  const { emit, signal, ...upOptions } = options;
  const activity: OperationOptions = { ...(emit !== undefined && { emit }), signal };
  const name = upOptions.cluster ?? DEFAULTS.cluster;
  const booted = await up(upOptions, activity);
  const clients = new Set<Cluster>();
  let { nodes } = booted;

  const remember = <Result extends { readonly nodes: readonly NodeReport[] }>(result: Result): Result => {
    ({ nodes } = result);
    return result;
  };
  const handle: ClusterHandle = {
    name,
    get nodes() {
      return nodes;
    },
    get endpoints() {
      return nodes.map(({ endpoint }) => endpoint);
    },
    client(clientOptions) {
      const addresses = nodes.map((node) => ({ host: hostOf(booted.spec), port: node.port }));
      const client = openClusterClient(addresses, clientOptions);
      clients.add(client);
      return client;
    },
    status: async () => remember(await status(name)),
    kill: (node) => kill(name, { ...activity, target: { node } }),
    start: async (node) => remember(await startNode(name, node, activity)),
    addMaster: async (masterOptions) => remember(await addMaster(name, masterOptions, activity)),
    rebalance: async (rebalanceOptions) => remember(await rebalance(name, rebalanceOptions, activity)),
    remove: async (nodes, removeOptions) => remember(await remove(name, nodes, removeOptions, activity)),
    async down() {
      for (const client of clients) client.disconnect();
      await down(name, activity.emit === undefined ? {} : { emit: activity.emit });
    },
    [Symbol.asyncDispose]: () => handle.down(),
  };
  return handle;
}
