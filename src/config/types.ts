/** A TCP port on which a node listens, the same inside and outside its container. */
export type Port = number;

/** `node-1`, `node-2`, ...: unique within a cluster, never given twice while the cluster lives. */
export type NodeName = string;

export type RuntimeKind = 'docker' | 'process';

/** `aof`: append-only file, fsync every second. `rdb`: snapshots. `none`: memory alone. */
export type Persistence = 'aof' | 'rdb' | 'none';

/** Who is let in: `open`, anybody who reaches a node; `password`, who names a user and its password. */
export type AccessKind = 'open' | 'password';

/** `on`: connections are encrypted; `optional` and `required`: and clients may, or must, show a certificate of the CA. */
export type TlsKind = 'off' | 'on' | 'optional' | 'required';

/** What a client shows, and what it trusts: PEM texts. Without a CA it trusts what Node.js trusts. */
export interface TlsAccess {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** What a node wants before it answers. Plain data, so that it can be sent to a thread; it is never shown. */
export interface Access {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: TlsAccess | undefined;
}

/** What one node has otherwise than the others. */
export interface NodeSettings {
  /** Further redis.conf settings; they override those of the cluster. */
  readonly set: Readonly<Record<string, string>>;
  /** `maxmemory` in bytes; 0 means no limit. */
  readonly maxmemory?: number | undefined;
}

/**
 * What a cluster was asked to be. It is written on every container (or beside the processes), so that any later
 * command knows it without the state folder. It holds no secret.
 */
export interface ClusterSpec {
  readonly version: 1;
  readonly name: string;
  readonly masters: number;
  /** Replicas of each master. */
  readonly replicas: number;
  /** `node-1` listens here, `node-2` on the next port, and so on. */
  readonly basePort: Port;
  /** The image's reference, or for the process runtime the server's path (empty: whatever was found). */
  readonly image: string;
  /** `cluster-node-timeout` in milliseconds. */
  readonly nodeTimeout: number;
  readonly persistence: Persistence;
  /** `maxmemory` of each node in bytes; 0 means no limit. */
  readonly maxmemory: number;
  /** Memory limit of each container in bytes; 0 means none. */
  readonly memory: number;
  /** Further redis.conf settings, by name. */
  readonly set: Readonly<Record<string, string>>;
  /** By name; also of nodes that are still to be added. */
  readonly nodes: Readonly<Record<NodeName, NodeSettings>>;
  /** The host's address on which the ports are published. */
  readonly bind: string;
  /** The host name or address that nodes tell clients (`cluster-announce-hostname`); `network`: each its name there. */
  readonly announce: string;
  /** The network's subnet in CIDR notation; empty means a free one is found. */
  readonly subnet: string;
  /** Clusters that an older version made say nothing of it: open. */
  readonly access?: AccessKind | undefined;
  /** The same: off. */
  readonly tls?: TlsKind | undefined;
}

/** How `up` goes about it; nothing of this is kept. */
export interface UpBehaviour {
  readonly runtime: RuntimeKind | undefined;
  readonly redisServer: string | undefined;
  readonly anyPort: boolean;
  /** Milliseconds until a cluster that is not ready is an error. */
  readonly waitMs: number;
  /** Keep what was made when `up` fails. */
  readonly retain: boolean;
}

/** A node that is to exist: its name and port follow from its number. */
export interface NodeSpec {
  readonly name: NodeName;
  /** Counts from 1. */
  readonly number: number;
  readonly port: Port;
}

/** The cluster bus listens this far above a node's port (redis/cluster.h CLUSTER_PORT_INCR). */
export const BUS_PORT_OFFSET = 10_000;

export function nodeSpec(spec: Pick<ClusterSpec, 'basePort'>, number: number): NodeSpec {
  return { name: `node-${number}`, number, port: spec.basePort + number - 1 };
}

/** The nodes that `up` boots: the masters first, then the replicas. */
export function nodeSpecs(spec: Pick<ClusterSpec, 'basePort' | 'masters' | 'replicas'>): NodeSpec[] {
  return Array.from({ length: spec.masters * (1 + spec.replicas) }, (_, index) => nodeSpec(spec, index + 1));
}
