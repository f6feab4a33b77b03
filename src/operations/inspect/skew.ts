import { sleep } from '../../base/deadline.js';
import { interruption } from '../../base/errors.js';
import { silent, type Emit } from '../../base/events.js';
import { slotsMovingBetween } from '../../cluster/inspect/moves-between.js';
import { judgeSkew, type MasterSample, type SampledKey, type Skew } from '../../cluster/inspect/skew.js';
import { keySlot, toSlots, type Slot } from '../../cluster/slots.js';
import { skewSchema, type SkewOptions } from '../../config/living-schema.js';
import { resolveOptions } from '../../config/resolve.js';
import {
  countKeysInSlots,
  info,
  infoSections,
  listKeysInSlots,
  memoryUsage,
  scan,
} from '../../redis/commands/index.js';
import { findCluster } from '../../runtimes/detect.js';
import { askEach } from './ask-each.js';
import { lookAgain, type SeenNode, type Sight, type UnseenNode } from './sight.js';

export interface SkewResult extends Skew {
  readonly cluster: string;
  /** By node name, for a command line that can be typed. */
  readonly ports: Readonly<Record<string, number>>;
  readonly sampledKeys: number;
  /** Slots that went over while keys were weighed, or were on their way: keys in them may count for both, or for none. */
  readonly slotsMoving: number;
  readonly unseen: readonly UnseenNode[];
}

export interface SkewActivity {
  readonly emit?: Emit;
  readonly signal?: AbortSignal | undefined;
}

const PAGE = 1000;
/** The slots with the most keys are looked into apart: of a slot among thousands, a sample may have no key at all. */
const FULL_SLOTS = 10;
const KEYS_OF_A_SLOT = 200;
/** What replication, the cluster bus and this command itself do. */
const NOT_WORK = /^cmdstat_(replconf|psync|sync|ping|info|cluster\||client\||hello|command|select|readonly)/;

/**
 * Keys, memory and operations of every master, and of slots that stand out.
 *
 * @throws CLUSTER_UNKNOWN, CONFIG_INVALID, REDIS_ERROR, INTERRUPTED
 */
export async function measureSkew(
  cluster: string,
  options: SkewOptions = {},
  { emit = silent, signal }: SkewActivity = {},
): Promise<SkewResult> {
  const { by, sample, for: windowMs } = resolveOptions(skewSchema, options);
  const found = await findCluster(cluster);
  emit({ type: 'step', text: `counting operations for ${windowMs / 1000} s` });
  const ops = await lookAgain(found, async (sight) => operationsOf(mastersIn(sight), windowMs, signal));
  emit({ type: 'step', text: 'weighing keys' });
  const { before, nodes, answers, unseen } = await lookAgain(found, async (sight) => {
    const masters = mastersIn(sight);
    const asked = await askEach(masters, async (node) =>
      sampleOf(node, ops.get(node.name) ?? 0, sample, signal),
    );
    return { before: sight.topology, nodes: masters.nodes, ...asked };
  });
  const after = await lookAgain(found, async ({ topology }) => Promise.resolve(topology));
  const samples = answers.map(({ answer }) => answer);
  return {
    cluster,
    ...judgeSkew(samples, by),
    ports: Object.fromEntries(nodes.map(({ name, port }) => [name, port])),
    sampledKeys: samples.reduce((sum, { sample: keys }) => sum + keys.length, 0),
    slotsMoving: slotsMovingBetween(before, after),
    unseen,
  };
}

/** Replicas have the same keys; that one is not seen takes nothing away. */
function mastersIn({ shards, unseen }: Sight): Pick<Sight, 'nodes' | 'unseen'> {
  return {
    nodes: shards.flatMap(({ master }) => (master === undefined ? [] : [master])),
    unseen: unseen.filter(({ role }) => role !== 'replica'),
  };
}

/** Commands a second, by the node's name. */
async function operationsOf(
  nodes: Parameters<typeof askEach>[0],
  windowMs: number,
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  const count = async () => {
    const { answers } = await askEach(nodes, async ({ connection }) => {
      const [section] = await connection.run(infoSections(['commandstats']));
      const calls = [...(section?.fields ?? [])].filter(([name]) => !NOT_WORK.test(name));
      return calls.reduce((sum, [, value]) => sum + Number(/^calls=(\d+)/.exec(value)?.[1] ?? 0), 0);
    });
    return new Map(answers.map(({ node, answer }) => [node.name, answer]));
  };
  const startedAt = performance.now();
  const before = await count();
  await sleep(windowMs, signal);
  const after = await count();
  const seconds = (performance.now() - startedAt) / 1000;
  return new Map(
    [...after].map(([name, calls]) => [name, Math.max(0, calls - (before.get(name) ?? calls)) / seconds]),
  );
}

async function sampleOf(
  node: SeenNode,
  opsPerSecond: number,
  wanted: number,
  signal: AbortSignal | undefined,
): Promise<MasterSample> {
  const { id, name, slots, connection } = node;
  const keysPerSlot = await connection.run(countKeysInSlots(toSlots(slots)));
  const { countedBytes } = await connection.run(info());
  const full = [...keysPerSlot].sort(([, one], [, other]) => other - one).slice(0, FULL_SLOTS);
  const sampled = new Map<string, SampledKey>();
  const add = (key: Buffer, bytes: number) =>
    sampled.set(key.toString('latin1'), { key, slot: keySlot(key), bytes });
  for (const [slot] of full) {
    for (const { key, bytes } of await connection.run(listKeysInSlots([slot], KEYS_OF_A_SLOT)))
      add(key, bytes);
  }
  let cursor: string | undefined;
  do {
    if (signal?.aborted === true) throw interruption(signal);
    const page = await connection.run(scan(cursor, { count: PAGE }));
    const own = page.keys.filter((key) => isOwned(keysPerSlot, key));
    const sizes = await connection.settleAll(own.map(memoryUsage));
    own.forEach((key, index) => {
      const bytes = sizes[index];
      if (typeof bytes === 'number') add(key, bytes);
    });
    cursor = page.next;
  } while (cursor !== undefined && sampled.size < wanted);
  return {
    id,
    name,
    slots,
    keysPerSlot,
    memoryBytes: countedBytes,
    opsPerSecond,
    sample: [...sampled.values()],
  };
}

/** A slot that is on its way here has keys that are not this node's yet. */
function isOwned(keysPerSlot: ReadonlyMap<Slot, number>, key: Buffer): boolean {
  return keysPerSlot.has(keySlot(key));
}
