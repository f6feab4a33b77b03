import { all } from '../../base/concurrency.js';
import { isUnchanged, movesBetween } from '../../cluster/inspect/moves-between.js';
import type { NodeId, Topology } from '../../cluster/topology.js';
import { findCluster } from '../../runtimes/detect.js';
import { lookAgain, type Shard, type Sight, type UnseenNode } from './sight.js';

/** Slots that go on moving for so long are told of instead of followed. */
const ROUNDS_AT_MOST = 10;

/** How far a walk through the shards got. */
export interface Walk {
  readonly unseen: readonly UnseenNode[];
  /** Masters whose shard could not be visited: the ones whose slots' keys are not in the result. */
  readonly missed: readonly string[];
  /** Slots went on moving to the end, so that keys on their way may have been overlooked. */
  readonly restless: boolean;
}

/**
 * Visits every shard, all at once, and then once more those between which slots have moved meanwhile, sources before
 * targets, until a round goes by in which nothing has moved: a key is met wherever it was. It may be met several times.
 *
 * @param visit false when the shard could not be visited
 * @param isDone ends the walk early
 */
export async function visitShards(
  cluster: string,
  visit: (shard: Shard) => Promise<boolean>,
  isDone: () => boolean = () => false,
): Promise<Walk> {
  const found = await findCluster(cluster);
  const missed = new Map<NodeId, string>();
  let before: Topology | undefined;
  for (let round = 0; ; round += 1) {
    const { topology, unseen } = await lookAgain(found, async (sight) => {
      const visitAll = async (shards: readonly Shard[]) => {
        const visited = await all(shards, visit);
        shards.forEach(({ id, name }, index) =>
          visited[index] === true ? missed.delete(id) : missed.set(id, name),
        );
      };
      if (before === undefined) await visitAll(sight.shards);
      else {
        const passages = movesBetween(before, sight.topology);
        await visitAll(named(sight, [...passages.map(({ from }) => from), ...missed.keys()]));
        await visitAll(
          named(
            sight,
            passages.map(({ to }) => to),
          ),
        );
      }
      // Whose slots went to others is nobody that could be missed.
      for (const id of missed.keys()) if (named(sight, [id]).length === 0) missed.delete(id);
      return sight;
    });
    // Slots that were open in both looks have been walked through in the right order by the second round.
    const isStill = before !== undefined && isUnchanged(before, topology);
    if (isStill || isDone() || round === ROUNDS_AT_MOST) {
      return { unseen, missed: [...missed.values()], restless: !isStill && !isDone() };
    }
    before = topology;
  }
}

function named({ shards }: Sight, ids: readonly NodeId[]): Shard[] {
  return shards.filter(({ id }) => ids.includes(id));
}
