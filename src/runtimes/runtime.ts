import type { Emit } from '../base/events.js';
import type { ClusterSpec, NodeName, NodeSpec, Port, RuntimeKind } from '../config/types.js';

export type NodeState = 'running' | 'paused' | 'exited' | 'created' | 'restarting';

/** A node as its runtime knows it: a container or a process. */
export interface RuntimeNode {
  readonly name: NodeName;
  /** Counts from 1. */
  readonly number: number;
  readonly port: Port;
  readonly state: NodeState;
  /** The address at which the other nodes reach it; an IP, since MEET takes no names. */
  readonly peerHost: string;
  /** For people: the container's name, or the pid. */
  readonly handle: string;
}

/** A cluster that exists on this host, whoever made it. */
export interface ClusterRecord {
  readonly spec: ClusterSpec;
  readonly runtime: RuntimeKind;
  /** What the nodes really run: an image's reference or a server's path. */
  readonly server: string;
  readonly nodes: readonly RuntimeNode[];
  /** Of the network that the nodes share, in CIDR notation; processes have none. */
  readonly subnet?: string | undefined;
}

/** The server that a cluster shall run, found or made. */
export interface Server {
  /** An image's reference, or the path of a server's binary. */
  readonly reference: string;
  /** Said once, when the server is not what was asked for to the letter. */
  readonly notice: string | undefined;
}

export interface Activity {
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
}

export interface LogOptions {
  /** The last lines alone; all when undefined. */
  readonly tail?: number | undefined;
  /** Go on with what is written from now on, until the signal fires. */
  readonly follow?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where nodes live. Every method that makes something does nothing when it is there already, so that an interrupted
 * operation can simply be run again.
 */
export interface Runtime {
  readonly kind: RuntimeKind;

  /** All clusters, by name; nodes ascending by number. */
  clusters(): Promise<ClusterRecord[]>;
  cluster(name: string): Promise<ClusterRecord | undefined>;

  /** Finds the server, or gets it. @throws IMAGE_UNAVAILABLE, SERVER_MISSING */
  prepare(spec: ClusterSpec, activity: Activity): Promise<Server>;
  /** @throws PORT_IN_USE, NEIGHBOUR_TABLE before anything is created */
  checkRoom(spec: ClusterSpec, nodes: readonly NodeSpec[]): Promise<void>;
  /** Whether a node could listen there. */
  portIsFree(spec: ClusterSpec, port: Port): Promise<boolean>;

  /** What all nodes share: a network. @throws SUBNET_IN_USE */
  createCluster(spec: ClusterSpec): Promise<void>;
  /**
   * @param config the text of redis.conf
   * @returns the address at which the other nodes reach it
   */
  createNode(spec: ClusterSpec, server: Server, node: NodeSpec, config: string): Promise<string>;
  /** Removes the cluster with all its nodes; nothing there is fine. */
  removeCluster(name: string, options: { keepData: boolean }): Promise<void>;

  /** Starts an ended node, resumes a paused one. @throws NODE_UNKNOWN */
  startNode(cluster: string, node: NodeName): Promise<void>;
  /** SIGTERM, so that redis saves what it has to; SIGKILL after ten seconds. */
  stopNode(cluster: string, node: NodeName): Promise<void>;
  /** SIGKILL. @throws NODE_UNKNOWN, NODE_NOT_RUNNING */
  killNode(cluster: string, node: NodeName): Promise<void>;
  removeNode(cluster: string, node: NodeName): Promise<void>;

  /** What the node wrote, line by line. */
  logs(cluster: string, node: NodeName, options?: LogOptions): AsyncIterable<string>;
  /**
   * Runs the server's own command-line client beside the node, on this terminal. In a container it reaches that node
   * alone: redirections lead to addresses of the host.
   *
   * @returns its exit code, or undefined where there is no such client
   */
  runClient(cluster: string, node: NodeName, args: readonly string[]): Promise<number | undefined>;
}
