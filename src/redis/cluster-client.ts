import { Cluster, type ClusterOptions, type Redis } from 'ioredis';
import { accessOptions } from './access-options.js';
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
  return newClusterClient(endpoints, {
    ...FAILOVER_SETTINGS,
    ...(options as typeof FAILOVER_SETTINGS | undefined),
  });
}

/**
 * A client with the options as they are, whose own upkeep neither prints nor ends the process. Nodes of a cluster announce one
 * host and a port each, newcomers as well: wherever a redirection or a gossiped address leads, it leads to no other host.
 */
export function newClusterClient(endpoints: readonly NodeAddress[], options?: ClusterOptions): ClusterClient {
  const client = new Cluster(
    endpoints.map(({ host, port }) => ({ host, port })),
    {
      natMap: withinHostsOf(endpoints),
      ...options,
      redisOptions: { ...accessOptions(endpoints[0]?.access), ...options?.redisOptions },
    } as typeof FAILOVER_SETTINGS,
  );
  // Every command's rejection carries its error; without a listener ioredis prints each a second time.
  client.on('error', () => undefined);
  client.on('+node', settleAsking);
  return client;
}

/**
 * ioredis sends ASKING and drops its promise (6.0, lib/cluster/index.ts). A target that goes away in between would end the
 * process with an unhandled rejection, though the command that follows is rejected, and tried again, in its own right.
 */
function settleAsking(node: Redis): void {
  const asking: () => Promise<'OK'> = node.asking.bind(node);
  node.asking = () => {
    const answer = asking();
    answer.catch(() => undefined);
    return answer;
  };
}

/** Takes `HOST:PORT` of another host for that port of the first endpoint's; null leaves an address as it is. */
export function withinHostsOf(
  endpoints: readonly NodeAddress[],
): Extract<ClusterOptions['natMap'], (...args: never) => unknown> {
  const hosts = new Set(endpoints.map(({ host }) => host));
  return (address) => {
    const colon = address.lastIndexOf(':');
    const [first] = endpoints;
    if (first === undefined || hosts.has(address.slice(0, colon))) return null;
    const port = Number(address.slice(colon + 1));
    return {
      host: first.host,
      port: port > 0 && port < 65_536 && Number.isInteger(port) ? port : first.port,
    };
  };
}
