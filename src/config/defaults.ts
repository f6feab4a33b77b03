/** The defaults of `up`. Each is what the README's table states. */
export const DEFAULTS = {
  cluster: 'rcluster',
  masters: 3,
  replicas: 1,
  basePort: 7000,
  image: 'redis:7-alpine',
  persistence: 'aof',
  bind: '127.0.0.1',
  /** Seconds. */
  wait: 60,
} as const;

/** Processes and threads in a container: more than a server, its save, a healthcheck and `redis-cli` need, too few to take a host. */
export const PIDS_LIMIT = 256;

/** Bytes. What a node takes beyond it would be missed by the rest of a laptop. */
const MEMORY = 2 * 1024 ** 3;

/**
 * The default limit of a container's memory, in bytes: room for the data twice over, since a save or a rewrite of the log copies
 * what changes meanwhile.
 *
 * @param maxmemory of the node that may have most, in bytes; 0 where nothing is said
 */
export function defaultMemory(maxmemory: number): number {
  return Math.max(MEMORY, 2 * maxmemory);
}

/**
 * Milliseconds. Redis' own default of 15 000 makes a failover last half a minute. With this one, writes to a killed
 * master's slots succeed again in under 2 s, while ten minutes of full load on two cores cause no failover: both are
 * measured by `npm run bench`.
 */
const NODE_TIMEOUT = 400;
/** Pings a second, in the whole cluster, that a laptop's cores do not notice. */
const PINGS_PER_SECOND = 1_500;

/**
 * The default `cluster-node-timeout`, in milliseconds. Every node pings every other one twice in a timeout
 * (redis/cluster.c clusterCron), so with the square of the nodes the timeout must grow, or a large cluster on one
 * machine spends its cores on heartbeats.
 */
export function defaultNodeTimeout(nodes: number): number {
  const milliseconds = (2_000 * nodes * (nodes - 1)) / PINGS_PER_SECOND;
  return Math.max(NODE_TIMEOUT, Math.ceil(milliseconds / 100) * 100);
}
