import { all } from '../../base/concurrency.js';
import { openSlotCount } from '../../cluster/inspect/moves-between.js';
import { countSlots } from '../../cluster/slots.js';
import { dbSize } from '../../redis/commands/index.js';
import { look, type UnseenNode } from './sight.js';

/** How many keys a master has. */
export interface ShardCount {
  readonly master: string;
  /** The master, or the replica that was asked instead of it; undefined when none of them answers. */
  readonly asked: string | undefined;
  readonly slotCount: number;
  readonly keys: number | undefined;
}

export interface CountResult {
  readonly cluster: string;
  /** Of all shards that could be asked. */
  readonly keys: number;
  readonly shards: readonly ShardCount[];
  readonly missed: readonly string[];
  /** Slots on their way: keys in them may be counted twice or not at all. */
  readonly slotsMoving: number;
  readonly unseen: readonly UnseenNode[];
}

/** DBSIZE of every master, or of a replica whose master does not answer. @throws CLUSTER_UNKNOWN */
export async function countKeys(cluster: string): Promise<CountResult> {
  return look(cluster, async (sight) => {
    const shards = await all(sight.shards, async ({ name, slots, master, replicas }): Promise<ShardCount> => {
      const slotCount = countSlots(slots);
      for (const node of master === undefined ? replicas : [master, ...replicas]) {
        const keys = await node.connection.run(dbSize()).catch(() => undefined);
        if (keys !== undefined) return { master: name, asked: node.name, slotCount, keys };
      }
      return { master: name, asked: undefined, slotCount, keys: undefined };
    });
    return {
      cluster,
      keys: shards.reduce((sum, { keys = 0 }) => sum + keys, 0),
      shards,
      missed: shards.filter(({ keys }) => keys === undefined).map(({ master }) => master),
      slotsMoving: openSlotCount(sight.topology),
      unseen: sight.unseen,
    };
  });
}
