import type { Connected } from '../operations/connections.js';
import { time } from '../redis/commands/index.js';
import type { FoundCluster } from '../runtimes/detect.js';
import { moment } from './moment.js';
import { parseLogLine } from './node-log.js';
import type { TimelineEvent } from './timeline.js';

/** What the nodes wrote, on one clock: ours. */

/** How far each node's clock is ahead of ours, in milliseconds, by the node's name. */
export type NodeClocks = ReadonlyMap<string, number>;

/** To within half a round trip. A node that does not answer is left out. */
export async function readClocks(connected: readonly Connected[]): Promise<NodeClocks> {
  const clocks = new Map<string, number>();
  for (const { node, connection } of connected) {
    const before = moment();
    const theirs = await connection.run(time()).catch(() => undefined);
    if (theirs !== undefined) clocks.set(node.name, theirs - (before + moment()) / 2);
  }
  return clocks;
}

export interface LogWindow {
  /** Whose clocks are known; of others the clock is taken to be ours. */
  readonly clocks: NodeClocks;
  /** What was written before this moment is left out. */
  readonly since: number;
  /** The moment that counts as 0. */
  readonly zero: number;
  /** How many lines from the end are looked at. */
  readonly tail: number;
  /** Nodes' names by their ids, to tell the lines in. */
  readonly nameOf: ReadonlyMap<string, string>;
}

const NODE_ID = /\b[0-9a-f]{40}\b/g;

/** What the logs of these nodes tell, in no particular order. */
export async function readLogEvents(
  { runtime, record }: FoundCluster,
  nodes: readonly string[],
  { clocks, since, zero, tail, nameOf }: LogWindow,
): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  for (const node of nodes) {
    for await (const line of runtime.logs(record.spec.name, node, { tail })) {
      const said = parseLogLine(line);
      if (said === undefined) continue;
      const at = said.timeMs - (clocks.get(node) ?? 0);
      if (at < since) continue;
      const event = said.text.replace(NODE_ID, (id) => nameOf.get(id) ?? id.slice(0, 8));
      events.push({ atMs: at - zero, node, kind: said.kind, event });
    }
  }
  return events;
}
