import { flushAll } from '../../redis/commands/index.js';
import { visitShards, type Walk } from './every-shard.js';

export interface FlushResult extends Walk {
  readonly cluster: string;
  /** The masters whose keys were deleted. */
  readonly flushed: readonly string[];
}

/**
 * FLUSHALL on every master; also of keys that move meanwhile. What clients write meanwhile may be there afterwards.
 *
 * @throws CLUSTER_UNKNOWN
 */
export async function flushKeys(cluster: string): Promise<FlushResult> {
  const flushed = new Set<string>();
  const walk = await visitShards(cluster, async ({ master }) => {
    if (master === undefined) return false;
    const isDone = await master.connection.run(flushAll()).then(
      () => true,
      () => false,
    );
    if (isDone) flushed.add(master.name);
    return isDone;
  });
  return { cluster, flushed: [...flushed].sort(), ...walk };
}
