import type { Role } from '../../cluster/topology.js';
import { slowlogSchema, type SlowlogOptions } from '../../config/living-schema.js';
import { resolveOptions } from '../../config/resolve.js';
import { configGet, slowlogGet, type SlowCommand } from '../../redis/commands/index.js';
import { askEach } from './ask-each.js';
import { look, type UnseenNode } from './sight.js';

export interface SlowlogEntry extends SlowCommand {
  readonly node: string;
  readonly role: Role;
}

export interface SlowlogResult {
  readonly cluster: string;
  /** The newest first. */
  readonly entries: readonly SlowlogEntry[];
  /** What is written down takes longer than so many microseconds; the lowest of all nodes. Negative: nothing is. */
  readonly slowerThan: number | undefined;
  readonly unseen: readonly UnseenNode[];
}

/** The slow logs of all nodes as one. @throws CLUSTER_UNKNOWN, CONFIG_INVALID, REDIS_ERROR */
export async function readSlowlogs(cluster: string, options: SlowlogOptions = {}): Promise<SlowlogResult> {
  const { limit } = resolveOptions(slowlogSchema, options);
  return look(cluster, async (sight) => {
    const { answers, unseen } = await askEach(sight, async ({ name, role, connection }) => {
      const [entries, threshold] = await Promise.all([
        connection.run(slowlogGet(limit)),
        connection.run(configGet('slowlog-log-slower-than')),
      ]);
      return { entries: entries.map((entry) => ({ ...entry, node: name, role })), threshold };
    });
    const logs = answers.map(({ answer }) => answer);
    const thresholds = logs.flatMap(({ threshold }) => (threshold === undefined ? [] : [Number(threshold)]));
    return {
      cluster,
      entries: logs
        .flatMap(({ entries }) => entries)
        // Of one second, those of a node are in its own order.
        .sort((one, other) => other.atMs - one.atMs || (one.node === other.node ? other.id - one.id : 0))
        .slice(0, limit),
      slowerThan: thresholds.length === 0 ? undefined : Math.min(...thresholds),
      unseen,
    };
  });
}
