import { hashTag, type Slot, type SlotRange } from '../slots.js';
import type { NodeId } from '../topology.js';
import { evenWeights, type EvenWeights } from './even-weights.js';

/** What was measured of a master. */
export interface MasterSample {
  readonly id: NodeId;
  readonly name: string;
  readonly slots: readonly SlotRange[];
  /** Exact; slots without keys are left out. */
  readonly keysPerSlot: ReadonlyMap<Slot, number>;
  /** used_memory of the server: data, buffers and all. */
  readonly memoryBytes: number;
  readonly opsPerSecond: number;
  /** Some of its keys, each once, and what each takes (MEMORY USAGE). */
  readonly sample: readonly SampledKey[];
}

export interface SampledKey {
  readonly key: Buffer;
  readonly slot: Slot;
  readonly bytes: number;
}

/** An amount, and the part that it is of all masters' amounts, from 0 to 1. */
export interface Share {
  readonly amount: number;
  readonly share: number;
}

export interface MasterSkew {
  readonly id: NodeId;
  readonly name: string;
  readonly keys: Share;
  /** Of the data, as the sample lets one expect; exact where all keys were weighed. */
  readonly dataBytes: Share;
  readonly memoryBytes: Share;
  readonly opsPerSecond: Share;
}

/** Who fills a slot. */
export type Culprit =
  | { readonly kind: 'key'; readonly key: Buffer; readonly bytes: number }
  /** `keys` of the `sampled` ones have the tag. */
  | { readonly kind: 'tag'; readonly tag: Buffer; readonly keys: number; readonly sampled: number };

export interface HeavySlot {
  readonly slot: Slot;
  readonly master: string;
  readonly keys: number;
  readonly dataBytes: number;
  /** Of all data, from 0 to 1. */
  readonly share: number;
  /** Undefined when its keys have nothing in common. */
  readonly culprit: Culprit | undefined;
}

export type Measure = 'keys' | 'memory';

export interface Skew {
  readonly by: Measure;
  readonly masters: readonly MasterSkew[];
  /** The heaviest first; those alone that are far above the others. */
  readonly heavySlots: readonly HeavySlot[];
  /** The load of the fullest master, where 1 is an even share. */
  readonly fullest: { readonly name: string; readonly times: number } | undefined;
  readonly weights: EvenWeights | undefined;
}

const SLOTS_SHOWN = 10;
/** A slot is heavy when it has so many times what a slot has on average, and a noticeable part of everything. */
const HEAVY_TIMES = 8;
const HEAVY_SHARE = 0.005;
/** What has half of a slot is to blame for it. */
const BLAME_SHARE = 0.5;

/** What is uneven among masters and slots, and who is to blame. Pure. */
export function judgeSkew(masters: readonly MasterSample[], by: Measure): Skew {
  const bytesPerSlot = new Map(masters.flatMap((master) => [...estimateBytes(master)]));
  const keysPerSlot = new Map(masters.flatMap((master) => [...master.keysPerSlot]));
  const load = by === 'keys' ? keysPerSlot : bytesPerSlot;
  const sumOf = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);
  const amounts = masters.map((master) => ({
    keys: sumOf(master.keysPerSlot.values()),
    dataBytes: sumOf([...master.keysPerSlot.keys()].map((slot) => bytesPerSlot.get(slot) ?? 0)),
    memoryBytes: master.memoryBytes,
    opsPerSecond: master.opsPerSecond,
  }));
  const shareOf = (name: keyof (typeof amounts)[number], index: number): Share => {
    const total = sumOf(amounts.map((amount) => amount[name]));
    const amount = amounts[index]?.[name] ?? 0;
    return { amount, share: total === 0 ? 0 : amount / total };
  };
  const skews = masters.map(({ id, name }, index): MasterSkew => ({
    ...{ id, name },
    keys: shareOf('keys', index),
    dataBytes: shareOf('dataBytes', index),
    memoryBytes: shareOf('memoryBytes', index),
    opsPerSecond: shareOf('opsPerSecond', index),
  }));
  const shareBy = (skew: MasterSkew) => (by === 'keys' ? skew.keys : skew.dataBytes).share;
  const [first] = [...skews].sort((one, other) => shareBy(other) - shareBy(one));
  return {
    by,
    masters: skews,
    heavySlots: heavySlots(masters, load, { bytesPerSlot, keysPerSlot }),
    fullest:
      first === undefined || shareBy(first) === 0
        ? undefined
        : { name: first.name, times: shareBy(first) * masters.length },
    weights: evenWeights(masters, (slot) => load.get(slot) ?? 0),
  };
}

/** What was not weighed is taken to be like the median of what was: of the slot, or, where none of it was, of the node. */
function estimateBytes({ keysPerSlot, sample }: MasterSample): Map<Slot, number> {
  const bySlot = groupBySlot(sample);
  const typical = median(sample.map(({ bytes }) => bytes));
  return new Map(
    [...keysPerSlot].map(([slot, keys]) => {
      const weighed = (bySlot.get(slot) ?? []).map(({ bytes }) => bytes);
      const left = Math.max(0, keys - weighed.length);
      const each = weighed.length === 0 ? typical : median(weighed);
      return [slot, weighed.reduce((sum, bytes) => sum + bytes, 0) + left * each];
    }),
  );
}

function groupBySlot(sample: readonly SampledKey[]): Map<Slot, SampledKey[]> {
  const bySlot = new Map<Slot, SampledKey[]>();
  for (const item of sample) {
    const known = bySlot.get(item.slot);
    if (known === undefined) bySlot.set(item.slot, [item]);
    else known.push(item);
  }
  return bySlot;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function heavySlots(
  masters: readonly MasterSample[],
  load: ReadonlyMap<Slot, number>,
  { bytesPerSlot, keysPerSlot }: Readonly<Record<'bytesPerSlot' | 'keysPerSlot', ReadonlyMap<Slot, number>>>,
): HeavySlot[] {
  const total = [...load.values()].reduce((sum, value) => sum + value, 0);
  const mean = total / Math.max(1, load.size);
  return [...load]
    .filter(([, value]) => value > mean * HEAVY_TIMES && value > total * HEAVY_SHARE)
    .sort(([, one], [, other]) => other - one)
    .slice(0, SLOTS_SHOWN)
    .flatMap(([slot, value]) => {
      const master = masters.find(({ keysPerSlot: own }) => own.has(slot));
      if (master === undefined) return [];
      const dataBytes = bytesPerSlot.get(slot) ?? 0;
      const sample = master.sample.filter((item) => item.slot === slot);
      return [
        {
          ...{ slot, master: master.name, keys: keysPerSlot.get(slot) ?? 0, dataBytes },
          share: value / total,
          culprit: culpritOf(sample, dataBytes),
        },
      ];
    });
}

function culpritOf(sample: readonly SampledKey[], slotBytes: number): Culprit | undefined {
  const [heaviest] = [...sample].sort((one, other) => other.bytes - one.bytes);
  if (heaviest !== undefined && heaviest.bytes > slotBytes * BLAME_SHARE) {
    return { kind: 'key', key: heaviest.key, bytes: heaviest.bytes };
  }
  const uses = new Map<string, number>();
  for (const { key } of sample) {
    const tag = hashTag(key)?.toString('latin1');
    if (tag !== undefined) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  }
  const [most] = [...uses].sort(([, one], [, other]) => other - one);
  return most === undefined || most[1] < sample.length * BLAME_SHARE
    ? undefined
    : { kind: 'tag', tag: Buffer.from(most[0], 'latin1'), keys: most[1], sampled: sample.length };
}
