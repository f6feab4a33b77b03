import { all } from '../../base/concurrency.js';
import { Deadline } from '../../base/deadline.js';
import { isUnchanged, slotsMovingBetween } from '../../cluster/inspect/moves-between.js';
import { countSlots } from '../../cluster/slots.js';
import { dbSize } from '../../redis/commands/index.js';
import { findCluster } from '../../runtimes/detect.js';
import { lookAgain, type Shard, type UnseenNode } from './sight.js';

/** Slots that go on moving for so long are told of. */
const ROUNDS_AT_MOST = 10;
/** A round takes seconds where a node runs and does not answer. */
const ROUNDS_MS = 3_000;

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
  /** Slots that went over while the keys were counted, or were on their way: keys in them may be counted twice or not at all. */
  readonly slotsMoving: number;
  readonly unseen: readonly UnseenNode[];
}

/**
 * DBSIZE of every master, or of a replica whose master does not answer; asked anew, for a while, when slots went over
 * meanwhile.
 *
 * @throws CLUSTER_UNKNOWN
 */
export async function countKeys(cluster: string): Promise<CountResult> {
  const found = await findCluster(cluster);
  const deadline = Deadline.after(ROUNDS_MS);
  for (let round = 1; ; round += 1) {
    const { shards, before } = await lookAgain(found, async (sight) => ({
      shards: await all(sight.shards, countShard),
      before: sight.topology,
    }));
    // A slot that went over in the meantime is open in neither look.
    const { after, unseen } = await lookAgain(found, (sight) =>
      Promise.resolve({ after: sight.topology, unseen: sight.unseen }),
    );
    if (!isUnchanged(before, after) && round < ROUNDS_AT_MOST && !deadline.expired) continue;
    return {
      cluster,
      keys: shards.reduce((sum, { keys = 0 }) => sum + keys, 0),
      shards,
      missed: shards.filter(({ keys }) => keys === undefined).map(({ master }) => master),
      slotsMoving: slotsMovingBetween(before, after),
      unseen,
    };
  }
}

async function countShard({ name, slots, master, replicas }: Shard): Promise<ShardCount> {
  const slotCount = countSlots(slots);
  for (const node of master === undefined ? replicas : [master, ...replicas]) {
    const keys = await node.connection.run(dbSize()).catch(() => undefined);
    if (keys !== undefined) return { master: name, asked: node.name, slotCount, keys };
  }
  return { master: name, asked: undefined, slotCount, keys: undefined };
}
