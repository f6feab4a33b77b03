import pLimit from 'p-limit';
import { Deadline, sleep } from '../base/deadline.js';
import { all } from '../base/concurrency.js';
import { RclusterError } from '../base/errors.js';
import { plainRedisConf, renderRedisConf } from '../compose/redis-conf.js';
import { readTemplate } from '../config/templates.js';
import type { ClusterSpec, NodeName, NodeSpec } from '../config/types.js';
import type { FoundCluster } from '../runtimes/detect.js';
import { CONFIG_FILE, type Activity, type Runtime, type Server } from '../runtimes/runtime.js';
import { COMMAND_TIMEOUT_MS } from '../redis/connection.js';
import { isEncrypted } from './access/access.js';
import { guardFiles, replicationAccess } from './access/node-files.js';
import { connectWhenUp, endpointOf } from './connections.js';
import type { BootingNode } from './form.js';

/** How often the runtime is asked whether a starting node has ended. */
const WATCH_EVERY_MS = 500;
const LOG_LINES = 15;
const FILES_MS = 60_000;
/**
 * Nodes being started at a time. The engine works through them one after another however many are asked for; this few
 * keeps it busy and lets the first ones, the masters, be up while the rest are still to come.
 */
const AT_ONCE = 3;
/** Milliseconds for each: many nodes that get to know each other share few cores, and answer late without being ill. */
const ANSWER_MS_PER_NODE = 200;

/** The server's own address: inside a container the network decides who reaches it. */
function listenAddress(runtime: Runtime, spec: ClusterSpec): string {
  return runtime.kind === 'docker' ? '* -::*' : spec.bind;
}

export interface BootOptions {
  readonly deadline: Deadline;
  readonly onStarted?: (node: NodeSpec) => void;
  /** Servers that are no cluster nodes. */
  readonly isPlain?: boolean;
}

/**
 * Creates and starts nodes, in the order given, and opens a connection to each as soon as it answers. Returns at once;
 * the promises of each node settle as it comes up.
 */
export function bootNodes(
  runtime: Runtime,
  spec: ClusterSpec,
  server: Server,
  nodes: readonly NodeSpec[],
  { deadline, onStarted, isPlain = false }: BootOptions,
): BootingNode[] {
  const inTurn = pLimit(AT_ONCE);
  const answerMs = Math.max(COMMAND_TIMEOUT_MS, nodes.length * ANSWER_MS_PER_NODE);
  const created = create(runtime, spec, server, nodes, deadline, isPlain);
  return nodes.map((node, index) => {
    const peerHost = created.then((addresses) => addresses[index] ?? '');
    const started = inTurn(async () => {
      await created;
      deadline.throwIfAborted();
      await runtime.startNode(spec.name, node.name);
      onStarted?.(node);
    });
    const connection = started.then(() =>
      connectWhenUp(endpointOf(spec, node), node.name, deadline, answerMs),
    );
    // Whoever awaits these sees the rejection; nobody has to await both.
    connection.catch(() => undefined);
    peerHost.catch(() => undefined);
    return { name: node.name, port: node.port, connection, peerHost };
  });
}

async function create(
  runtime: Runtime,
  spec: ClusterSpec,
  server: Server,
  nodes: readonly NodeSpec[],
  deadline: Deadline,
  isPlain: boolean,
): Promise<string[]> {
  const template = await readTemplate('redis.conf');
  const listen = listenAddress(runtime, spec);
  // A certificate names the address that the node will have.
  const subnet = isEncrypted(spec) ? (await runtime.cluster(spec.name))?.subnet : undefined;
  deadline.throwIfAborted();
  return runtime.createNodes(
    spec,
    server,
    await all(nodes, async (node) => {
      const config = renderRedisConf(template, spec, node, listen, replicationAccess(spec));
      const text = isPlain ? plainRedisConf(config) : config;
      return { node, files: [{ name: CONFIG_FILE, text }, ...(await guardFiles(spec, node, subnet))] };
    }),
  );
}

/** Gives every node its files anew, those that run included: they read them when they next start. */
export async function writeNodeFiles({ runtime, record }: FoundCluster, activity: Activity): Promise<void> {
  const { spec, nodes } = record;
  const server = await runtime.prepare({ ...spec, image: record.server }, activity);
  await create(runtime, spec, server, nodes, Deadline.after(FILES_MS, activity.signal), false);
}

/**
 * Runs `work` while watching that the nodes stay up: a server that ends at once would otherwise be waited for until the
 * deadline.
 *
 * @param started the nodes that have been started; it may grow meanwhile
 * @throws NODE_FAILED with the last lines of the node's log
 */
export async function whileNodesLive<Result>(
  runtime: Runtime,
  cluster: string,
  started: ReadonlySet<NodeName>,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const working = work(signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]));
  const watching = watch(runtime, cluster, started, stop.signal);
  try {
    return await Promise.race([working, watching]);
  } finally {
    stop.abort();
    await Promise.allSettled([working, watching]);
  }
}

async function watch(
  runtime: Runtime,
  cluster: string,
  started: ReadonlySet<NodeName>,
  signal: AbortSignal,
): Promise<never> {
  for (;;) {
    await sleep(WATCH_EVERY_MS, signal);
    // Before the look: what starts during it may be seen as it was.
    const up = new Set(started);
    const nodes = (await runtime.cluster(cluster))?.nodes ?? [];
    // A container that keeps ending is `restarting` most of the time.
    const ended = nodes.find(
      ({ name, state }) => up.has(name) && (state === 'exited' || state === 'restarting'),
    );
    if (ended === undefined) continue;
    const details = await logTail(runtime, cluster, ended.name);
    throw new RclusterError('NODE_FAILED', `${ended.name} (${ended.port}) ended by itself`, { details });
  }
}

/** The end of a node's log; none when it cannot be read. */
export async function logTail(runtime: Runtime, cluster: string, node: NodeName): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const line of runtime.logs(cluster, node, { tail: LOG_LINES })) {
      if (line.trim() !== '') lines.push(line);
    }
  } catch {
    // The log is a help, not the news.
  }
  return lines;
}
