import { findNode } from '../cluster/node-reference.js';
import { findCluster } from '../runtimes/detect.js';
import type { LogOptions } from '../runtimes/runtime.js';
import { observe } from './observe.js';

/** A line of a node's log. */
export interface LogLine {
  readonly node: string;
  readonly line: string;
}

/**
 * The log of one node, or of all of them side by side when `reference` is undefined.
 *
 * @throws CLUSTER_UNKNOWN, NODE_UNKNOWN
 */
export async function* readLog(
  cluster: string,
  reference: string | undefined,
  options: LogOptions,
): AsyncIterable<LogLine> {
  const found = await findCluster(cluster);
  const names =
    reference === undefined
      ? found.record.nodes.map(({ name }) => name)
      : [findNode((await observe(found)).nodes, reference).name];
  const streams = names.map((node) => tagged(node, found.runtime.logs(cluster, node, options)));
  yield* options.follow === true ? interleave(streams) : inTurn(streams);
}

async function* tagged(node: string, lines: AsyncIterable<string>): AsyncGenerator<LogLine> {
  for await (const line of lines) yield { node, line };
}

async function* inTurn<Item>(streams: readonly AsyncIterable<Item>[]): AsyncGenerator<Item> {
  for (const stream of streams) yield* stream;
}

/** Whatever comes first, from whichever stream. */
async function* interleave<Item>(streams: readonly AsyncGenerator<Item>[]): AsyncGenerator<Item> {
  const next = (stream: AsyncGenerator<Item>) => stream.next().then((result) => ({ stream, result }));
  const waiting = new Map(streams.map((stream) => [stream, next(stream)]));
  while (waiting.size > 0) {
    const { stream, result } = await Promise.race(waiting.values());
    if (result.done === true) waiting.delete(stream);
    else {
      waiting.set(stream, next(stream));
      yield result.value;
    }
  }
}
