import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { slotTags, toSlots, type SlotRange } from '../../cluster/slots.js';

/** With hash tags, so many keys share one. */
const KEYS_PER_TAG = 16;
/** One key in so many is a counter, and so is one write in so many. */
const KEYS_PER_COUNTER = 10;
/** A register and a counter. */
const LEAST_KEYS_PER_SHARD = 2;

export interface LoadKey {
  readonly name: string;
  readonly kind: 'register' | 'counter';
}

export interface KeyspaceOptions {
  /** By shard. */
  readonly slots: readonly (readonly SlotRange[])[];
  /** Of all shards together. */
  readonly keys: number;
  readonly hashTags: boolean;
  /** What the names of all keys begin with. */
  readonly prefix: string;
  readonly seed: number;
}

/**
 * The keys of each shard, in the order in which they are written first. They lie in as many slots as there are, several
 * to a slot only where there are more keys than slots; with hash tags, 16 share a slot, as the fields of one user would.
 */
export function planKeys({ slots, keys, hashTags, prefix, seed }: KeyspaceOptions): LoadKey[][] {
  const tags = slotTags();
  const random = xoroshiro128plus(seed);
  const count = Math.max(LEAST_KEYS_PER_SHARD, Math.ceil(keys / slots.length));
  return slots.map((ranges) => {
    const own = shuffled(toSlots(ranges), random);
    const names = Array.from({ length: count }, (_, index): LoadKey => {
      const slot = own[(hashTags ? Math.floor(index / KEYS_PER_TAG) : index) % own.length] ?? 0;
      const kind = index % KEYS_PER_COUNTER === 1 ? 'counter' : 'register';
      return { name: `${prefix}:{${tags[slot] ?? ''}}:${index}`, kind };
    });
    return shuffled(names, random);
  });
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: JumpableRandomGenerator): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = uniformInt(random, 0, last);
    [result[last], result[other]] = [result[other] as Item, result[last] as Item];
  }
  return result;
}
