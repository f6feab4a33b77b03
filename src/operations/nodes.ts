import pLimit from 'p-limit';
import { deferred } from '../base/deferred.js';
import { sleep, type Deadline } from '../base/deadline.js';
import { RclusterError } from '../base/errors.js';
import { renderRedisConf } from '../compose/redis-conf.js';
import { readTemplate } from '../config/templates.js';
import type { ClusterSpec, NodeName, NodeSpec } from '../config/types.js';
import type { Runtime, Server } from '../runtimes/runtime.js';
import { connectWhenUp, endpointOf } from './connections.js';
import type { BootingNode } from './form.js';

/** How often the runtime is asked whether a starting node has ended. */
const WATCH_EVERY_MS = 500;
const LOG_LINES = 15;
/**
 * Nodes being created and started at a time. The engine works through them one after another however many are asked for;
 * this few keeps it busy and lets the first ones, the masters, be up while the rest are still to come.
 */
const AT_ONCE = 3;

/** The server's own address: inside a container the network decides who reaches it. */
function listenAddress(runtime: Runtime, spec: ClusterSpec): string {
  return runtime.kind === 'docker' ? '* -::*' : spec.bind;
}

export interface BootOptions {
  readonly deadline: Deadline;
  readonly onStarted?: (node: NodeSpec) => void;
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
  { deadline, onStarted }: BootOptions,
): BootingNode[] {
  const template = readTemplate('redis.conf');
  const inTurn = pLimit(AT_ONCE);
  return nodes.map((node) => {
    const peerHost = deferred<string>();
    const started = inTurn(async () => {
      const config = renderRedisConf(await template, spec, node, listenAddress(runtime, spec));
      deadline.throwIfAborted();
      peerHost.resolve(await runtime.createNode(spec, server, node, config));
      deadline.throwIfAborted();
      await runtime.startNode(spec.name, node.name);
      onStarted?.(node);
    });
    started.catch(peerHost.reject);
    const connection = started.then(() => connectWhenUp(endpointOf(spec, node), node.name, deadline));
    // Whoever awaits these sees the rejection; nobody has to await both.
    connection.catch(() => undefined);
    peerHost.promise.catch(() => undefined);
    return { name: node.name, port: node.port, connection, peerHost: peerHost.promise };
  });
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
    const nodes = (await runtime.cluster(cluster))?.nodes ?? [];
    // A container that keeps ending is `restarting` most of the time.
    const ended = nodes.find(
      ({ name, state }) => started.has(name) && (state === 'exited' || state === 'restarting'),
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
