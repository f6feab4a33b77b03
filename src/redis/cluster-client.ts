import { Cluster, type ClusterOptions } from 'ioredis';
import type { NodeAddress } from './connection.js';

/**
 * A client that gets over a failover: it reads the slots from whichever node answers, tries again often enough to
 * outlive an election, and never waits for a silent node longer than `commandTimeout`. No `slotsRefreshInterval`: a
 * refresh that is under way when the client disconnects starts the next round all the same, and the process never ends
 * (ioredis lib/cluster resetNodesRefreshInterval).
 */
export const FAILOVER_SETTINGS = {
  slotsRefreshTimeout: 1_000,
  retryDelayOnFailover: 50,
  retryDelayOnClusterDown: 50,
  retryDelayOnTryAgain: 20,
  retryDelayOnMoved: 0,
  maxRedirections: 100,
  clusterRetryStrategy: (attempt: number) => Math.min(50 * attempt, 500),
  redisOptions: { connectTimeout: 1_000, commandTimeout: 2_000, connectionName: 'rcluster' },
} satisfies ClusterOptions;

export type ClusterClient = Cluster;

/** @param endpoints what clients are told to connect to; one that answers is enough */
export function openClusterClient(
  endpoints: readonly NodeAddress[],
  options?: ClusterOptions,
): ClusterClient {
  const client = new Cluster([...endpoints], {
    ...FAILOVER_SETTINGS,
    ...(options as typeof FAILOVER_SETTINGS | undefined),
  });
  // Every command's rejection carries its error; without a listener ioredis prints each a second time.
  client.on('error', () => undefined);
  return client;
}
