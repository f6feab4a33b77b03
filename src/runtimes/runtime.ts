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

/** The file that a node's server is started with. */
export const CONFIG_FILE = 'redis.conf';

/** A file beside a node's data. */
export interface NodeFile {
  /** Its name in the folder of the data, without a path. */
  readonly name: string;
  readonly text: string;
}

/** A node to be made. */
export interface NodeSetup {
  readonly node: NodeSpec;
  /** What its server reads, {@link CONFIG_FILE} among them; nobody but the server's own user may read any of them. */
  readonly files: readonly NodeFile[];
}

/**
 * Where a helper's commands run. `network`: in the node's own network, with the right to change it; `trial`: in a network
 * that is thrown away, to find out what the kernel can do; `data`: in the folder of the node's data; `server`: with the
 * programs that come with the node's server, and its network.
 */
export type HelperPlace = 'network' | 'trial' | 'data' | 'server';

/**
 * A shell script, and the words that it finds in `$1`, `$2`... The script itself is a constant: what comes from nodes, keys,
 * files or a command line is among the words, where no shell reads it as anything but text.
 */
export interface HelperScript {
  readonly script: string;
  readonly args: readonly string[];
}

export interface HelperResult {
  /** Of the shell. */
  readonly code: number;
  /** What it wrote, standard output and error. */
  readonly output: string;
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
   * Makes nodes without starting them; one that is there gets its files anew.
   *
   * @returns the address at which the other nodes reach each, in the order given
   */
  createNodes(spec: ClusterSpec, server: Server, nodes: readonly NodeSetup[]): Promise<string[]>;
  /** Whether there is data of a cluster of that name, also where nothing else is left to tell of the cluster. */
  hasData(name: string): Promise<boolean>;
  /**
   * Removes the cluster with all its nodes; nothing there is fine.
   *
   * @param options `keepNetwork`: what the nodes share, and what says of kept data which cluster it is of; default: with the data
   */
  removeCluster(name: string, options: { keepData: boolean; keepNetwork?: boolean }): Promise<void>;

  /** Starts an ended node, resumes a paused one. @throws NODE_UNKNOWN */
  startNode(cluster: string, node: NodeName): Promise<void>;
  /** SIGTERM, so that redis saves what it has to; SIGKILL after ten seconds. */
  stopNode(cluster: string, node: NodeName): Promise<void>;
  /** SIGKILL. @throws NODE_UNKNOWN, NODE_NOT_RUNNING */
  killNode(cluster: string, node: NodeName): Promise<void>;
  /** Freezes a node: it keeps its connections and answers nothing. Frozen already is fine. @throws NODE_UNKNOWN, NODE_NOT_RUNNING */
  pauseNode(cluster: string, node: NodeName): Promise<void>;
  /** Lets a frozen node go on; any other is left as it is. @throws NODE_UNKNOWN */
  resumeNode(cluster: string, node: NodeName): Promise<void>;
  /** With `keepData` its data stays, and createNodes finds it again: a node of another image, for example. */
  removeNode(cluster: string, node: NodeName, options?: { keepData?: boolean }): Promise<void>;

  /** What the node wrote, line by line. */
  logs(cluster: string, node: NodeName, options?: LogOptions): AsyncIterable<string>;
  /**
   * Runs the server's own command-line client beside the node, on this terminal. In a container it reaches that node
   * alone: redirections lead to addresses of the host.
   *
   * @param env for the client alone: nobody else on the host can read it
   * @returns its exit code, or undefined where there is no such client
   */
  runClient(
    cluster: string,
    node: NodeName,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<number | undefined>;

  /**
   * Runs a shell script for a moment beside a node, which need not take part in it: the node's image may lack every
   * tool. In `network` and `trial` there are /usr/sbin/iptables-nft, iptables-legacy and tc where they can be had, else
   * what the node's image has.
   *
   * @throws NODE_UNKNOWN; NODE_NOT_RUNNING for the network of a node that has ended; FAULT_IMPOSSIBLE when nodes have no
   *   network of their own to be changed
   */
  runHelper(
    cluster: string,
    node: NodeName,
    place: HelperPlace,
    script: HelperScript,
    activity: Activity,
  ): Promise<HelperResult>;
}
