import { all } from '../../base/concurrency.js';
import { Deadline, waitUntilNothingIsMissing } from '../../base/deadline.js';
import { RclusterError, messageOf } from '../../base/errors.js';
import { bytes } from '../../base/format.js';
import { slotTags, toSlots, type SlotRange } from '../../cluster/slots.js';
import type { NodeName } from '../../config/types.js';
import { withConnections, type Connected } from '../../operations/connections.js';
import { append, clusterNodes, configGet, configSet, info, unlink } from '../../redis/commands/index.js';
import type { NodeConnection } from '../../redis/connection.js';
import { again } from '../../runtimes/detect.js';
import type { Fault, FaultContext } from './fault.js';
import { downReason, requireNodes, requireNumber } from './struck.js';

const PARAMETER = 'maxmemory';
/** More is not filled: it would take a while, and memory that the host may not have. */
const MOST_BYTES = 1024 ** 3;
/** Large pieces get near the limit soon; small ones leave no room for a small write. */
const PIECES = [64 * 1024, 4 * 1024, 256];
const PIECES_AT_ONCE = 32;
/** What clients may give back of their buffers once it is full, without there being room for a write. */
const SLACK_BYTES = 1024 ** 2;
const UNLINKS_AT_ONCE = 2_000;
const HEAL_MS = 30_000;

/** One key a slot: by its name alone it is found again, and never taken for a user's. */
export function fillKeys(slots: Iterable<SlotRange>): Buffer[] {
  const tags = slotTags();
  return toSlots(slots).map((slot) => Buffer.from(`rcluster:fill:{${tags[slot] ?? ''}}`));
}

/**
 * Fills the memory of masters up to maxmemory, so that they refuse writes, or evict what their policy allows. Where there
 * is no limit, one is set at `roomBytes` above what is in use. Until it is healed the limit is then a little below what is
 * in use, since memory that clients give back would otherwise let single writes through.
 *
 * @throws CONFIG_INVALID
 */
export function fill(nodes: readonly NodeName[], roomBytes: number): Fault {
  requireNodes('fill', nodes);
  requireNumber('fill: the room in bytes', roomBytes, SLACK_BYTES, MOST_BYTES);
  return {
    kind: 'fill',
    nodes,
    text: `fill ${nodes.join(',')}`,
    impossible: async (context) => {
      const down = await downReason(context, nodes);
      if (down !== undefined) return down;
      return struckBy(context, nodes, async (struck) => {
        const reasons = await all(struck, reasonAgainst);
        return reasons.find((reason) => reason !== undefined);
      });
    },
    inject: (context) =>
      struckBy(context, nodes, async (struck) => {
        await all(struck, ({ connection }) => fillUp(connection, roomBytes));
      }),
    heal: (context) => unfill(context, nodes),
    toJSON: () => ({ fault: 'fill', nodes, roomBytes }),
  };
}

/** @throws UNHEALTHY when one of the nodes does not answer */
async function struckBy<Result>(
  { found }: FaultContext,
  nodes: readonly NodeName[],
  work: (struck: readonly Connected[]) => Promise<Result>,
): Promise<Result> {
  return withConnections((await again(found)).record, (connected) => {
    const struck = connected.filter(({ node }) => nodes.includes(node.name));
    const silent = nodes.find((name) => struck.every(({ node }) => node.name !== name));
    if (silent !== undefined) throw new RclusterError('UNHEALTHY', `${silent} does not answer`);
    return work(struck);
  });
}

async function reasonAgainst({ node, connection }: Connected): Promise<string | undefined> {
  const [server, limit, slots] = await Promise.all([
    connection.run(info()),
    connection.run(configGet(PARAMETER)),
    slotsOf(connection),
  ]);
  if (server.role === 'replica') return `${node.name} is a replica, which takes no heed of maxmemory`;
  if (slots.length === 0) return `${node.name} has no slots to write to`;
  const missing = Number(limit) - server.memoryBytes;
  return missing > MOST_BYTES
    ? `${node.name} is ${bytes(missing)} away from its maxmemory, and no more than ${bytes(MOST_BYTES)} is filled`
    : undefined;
}

async function slotsOf(connection: NodeConnection): Promise<readonly SlotRange[]> {
  const { self, entries } = await connection.run(clusterNodes());
  const own = entries.find(({ id }) => id === self);
  return own?.role === 'master' ? own.slots : [];
}

async function fillUp(connection: NodeConnection, roomBytes: number): Promise<void> {
  const { memoryBytes } = await connection.run(info());
  let limit = Number(await connection.run(configGet(PARAMETER)));
  if (limit === 0) {
    limit = memoryBytes + roomBytes;
    await connection.run(configSet(PARAMETER, limit));
  }
  const keys = fillKeys(await slotsOf(connection));
  // Where old keys make room for new ones there is no refusal to wait for; as much as the limit is enough.
  let left = Math.max(limit - memoryBytes, 0) + roomBytes;
  let next = 0;
  for (const size of PIECES) {
    const piece = Buffer.alloc(size, 'x');
    for (let isFull = false; !isFull && left > 0;) {
      const pieces = Array.from({ length: PIECES_AT_ONCE }, () => {
        next = (next + 1) % keys.length;
        return append(keys[next] ?? Buffer.alloc(0), piece);
      });
      const outcomes = await connection.settleAll(pieces);
      const failure = outcomes.find((outcome) => outcome instanceof Error);
      isFull = failure !== undefined && /\bOOM\b/.test(messageOf(failure));
      if (failure instanceof Error && !isFull) throw failure;
      left -= size * PIECES_AT_ONCE;
    }
  }
  const { countedBytes } = await connection.run(info());
  await connection.run(configSet(PARAMETER, Math.min(limit, countedBytes) - SLACK_BYTES));
}

/** Takes the keys away, wherever their slots are by now, and gives the nodes the limit that the cluster was made with. */
async function unfill({ found }: FaultContext, nodes: readonly NodeName[]): Promise<void> {
  await waitUntilNothingIsMissing(
    async () => {
      const { record } = await again(found);
      return withConnections(record, async (connected) => {
        const problems = await all(connected, async ({ node, connection }) => {
          try {
            await removeFillKeys(connection);
            if (nodes.includes(node.name)) await connection.run(configSet(PARAMETER, record.spec.maxmemory));
            return [];
          } catch (error) {
            return [`${node.name}: ${messageOf(error)}`];
          }
        });
        // A node that is down comes back with the limit of its redis.conf, but its keys may be on its disk.
        const silent = record.nodes.filter(
          ({ name, state }) => state !== 'exited' && connected.every(({ node }) => node.name !== name),
        );
        return [...problems.flat(), ...silent.map(({ name }) => `${name}: does not answer`)];
      });
    },
    { deadline: Deadline.after(HEAL_MS), what: 'the fill to be taken away', everyMs: 100 },
  );
}

/** @returns how many there were @throws REDIS_ERROR */
async function removeFillKeys(connection: NodeConnection): Promise<number> {
  const keys = fillKeys(await slotsOf(connection));
  let removed = 0;
  for (let at = 0; at < keys.length; at += UNLINKS_AT_ONCE) {
    const counts = await connection.runAll(keys.slice(at, at + UNLINKS_AT_ONCE).map(unlink));
    removed += counts.reduce((sum, count) => sum + count, 0);
  }
  return removed;
}

/**
 * Takes away what a fill has left that nobody remembers. A node that does not answer is left out: whether it has some
 * cannot be known.
 *
 * @returns the masters that had fill keys
 */
export async function sweepFill({ found }: FaultContext): Promise<NodeName[]> {
  const { record } = await again(found);
  return withConnections(record, async (connected) => {
    const filled = await all(connected, async ({ node, connection }) =>
      (await removeFillKeys(connection).catch(() => 0)) > 0 ? [node.name] : [],
    );
    // The limit may be on a node that has been a replica since.
    if (filled.flat().length > 0)
      await all(connected, ({ connection }) =>
        connection.settleAll([configSet(PARAMETER, record.spec.maxmemory)]),
      );
    return filled.flat();
  });
}
