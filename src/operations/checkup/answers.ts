import { all } from '../../base/concurrency.js';
import { sleep } from '../../base/deadline.js';
import {
  keysIn,
  numberIn,
  type Fields,
  type FullSlot,
  type NodeAnswers,
} from '../../cluster/checkup/facts.js';
import { FEWEST_KEYS } from '../../cluster/checkup/checks/skew.js';
import { toSlots, type Slot } from '../../cluster/slots.js';
import type { NodeView } from '../../cluster/topology.js';
import {
  clusterInfo,
  clusterNodes,
  configOverview,
  countKeysInSlot,
  getKeysInSlot,
  infoFields,
} from '../../redis/commands/index.js';
import type { NodeConnection } from '../../redis/connection.js';
import type { Subject } from './subject.js';

/** How long the nodes are watched, in milliseconds, to see how much is written. */
const WATCH_MS = 1_000;
/** Slots in one write: a node answers a few thousand in a millisecond, and clients wait no longer than that. */
const SLOTS_AT_ONCE = 512;
/** The fullest slots of a master that are told. */
const FULL_SLOTS = 3;
const SAMPLE = 10;

/** What every node that answers says of itself, by name. Nothing is changed, and no node is kept busy. */
export async function askNodes(
  subjects: readonly Subject[],
  signal: AbortSignal | undefined,
): Promise<Map<string, NodeAnswers>> {
  const asked = await all(subjects, async ({ name, connection }) => {
    const answers = connection === undefined ? undefined : await askOnce(connection).catch(() => undefined);
    return answers === undefined || connection === undefined ? [] : [{ name, connection, ...answers }];
  });
  const known = asked.flat();
  await sleep(WATCH_MS, signal);
  const watched = await all(known, async (node) => ({
    ...node,
    writtenBytesPerSecond: await writeRate(node.connection, node),
    fullSlots: await fullSlotsOf(node.connection, node).catch(() => []),
  }));
  return new Map(
    watched.map(({ name, info, config, view, serving, writtenBytesPerSecond, fullSlots }) => [
      name,
      { info, config, view, serving, writtenBytesPerSecond, fullSlots },
    ]),
  );
}

interface FirstAnswers {
  readonly info: Fields;
  readonly config: Fields | undefined;
  readonly view: NodeView;
  readonly serving: boolean;
  /** When INFO was answered, on the monotonic clock. */
  readonly at: number;
}

async function askOnce(connection: NodeConnection): Promise<FirstAnswers> {
  const [info, config, view, state] = await Promise.all([
    connection.run(infoFields()).then((fields) => ({ fields, at: performance.now() })),
    // A managed server may not tell.
    connection.run(configOverview()).catch(() => undefined),
    connection.run(clusterNodes()),
    connection.run(clusterInfo()),
  ]);
  return { info: info.fields, config, view, serving: state.ok, at: info.at };
}

/** Of the replication stream, in bytes a second; undefined when it began anew meanwhile. */
async function writeRate(
  connection: NodeConnection,
  { info, at }: FirstAnswers,
): Promise<number | undefined> {
  const later = await connection.run(infoFields()).catch(() => undefined);
  const [from, to] = [info, later].map((fields) => fields && numberIn(fields, 'master_repl_offset'));
  if (from === undefined || to === undefined || to < from) return undefined;
  return (to - from) / ((performance.now() - at) / 1000);
}

/** None of a node that has too few keys for a skew to mean anything, or no slots. */
async function fullSlotsOf(connection: NodeConnection, { info, view }: FirstAnswers): Promise<FullSlot[]> {
  const slots = toSlots(view.entries.find(({ id }) => id === view.self)?.slots ?? []);
  if (slots.length === 0 || keysIn(info).keys < FEWEST_KEYS / 10) return [];
  const counts: { slot: Slot; keys: number }[] = [];
  for (let first = 0; first < slots.length; first += SLOTS_AT_ONCE) {
    const some = slots.slice(first, first + SLOTS_AT_ONCE);
    const answers = await connection.runAll(some.map(countKeysInSlot));
    counts.push(...some.map((slot, index) => ({ slot, keys: answers[index] ?? 0 })));
  }
  const fullest = counts.sort((a, b) => b.keys - a.keys).slice(0, FULL_SLOTS);
  return all(fullest, async ({ slot, keys }) => ({
    slot,
    keys,
    sample: await connection.run(getKeysInSlot(slot, SAMPLE)),
  }));
}
