/** A hash slot, 0 to 16383. */
export type Slot = number;
/** First and last slot, both included. */
export type SlotRange = readonly [first: Slot, last: Slot];

export const SLOT_COUNT = 16_384;

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** The slot of a key: CRC16 of its hash tag, or of all of it, modulo 16384. Strings count as UTF-8. */
export function keySlot(key: string | Buffer): Slot {
  return keyHash(Buffer.from(key)) % SLOT_COUNT;
}

/** CRC16 of the key's hash tag, or of all of it when it has none. */
export function keyHash(key: Buffer): number {
  return crc16(hashTag(key) ?? key);
}

/**
 * What stands between the first `{` and the first `}` after it; undefined when that is nothing, for then the whole key counts
 * (redis/cluster.c keyHashSlot). The package that ioredis uses goes on looking after an empty `{}`; the server does not.
 */
export function hashTag(key: Buffer): Buffer | undefined {
  const open = key.indexOf(OPEN);
  const close = open === -1 ? -1 : key.indexOf(CLOSE, open + 1);
  return close > open + 1 ? key.subarray(open + 1, close) : undefined;
}

/** CRC-16/XMODEM (redis/crc16.c): polynomial 0x1021, initial value 0. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ (CRC_TABLE[(crc >> 8) ^ byte] ?? 0)) & 0xffff;
  return crc;
}

const CRC_TABLE: readonly number[] = Array.from({ length: 256 }, (_, index) => {
  let crc = index << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

/** The ranges that hold exactly these slots, ascending. Duplicates count once. */
export function toRanges(slots: Iterable<Slot>): SlotRange[] {
  const ranges: [Slot, Slot][] = [];
  let open: [Slot, Slot] | undefined;
  for (const slot of Uint16Array.from(slots).sort()) {
    if (open !== undefined && slot <= open[1] + 1) open[1] = slot;
    else ranges.push((open = [slot, slot]));
  }
  return ranges;
}

/** Every slot of the ranges, in their order. */
export function toSlots(ranges: Iterable<SlotRange>): Slot[] {
  const slots: Slot[] = [];
  for (const [first, last] of ranges) for (let slot = first; slot <= last; slot += 1) slots.push(slot);
  return slots;
}

export function countSlots(ranges: Iterable<SlotRange>): number {
  let count = 0;
  for (const [first, last] of ranges) count += last - first + 1;
  return count;
}

/** `0-5460 10923`, as `CLUSTER NODES` writes them. */
export function formatRanges(ranges: Iterable<SlotRange>): string {
  return [...ranges].map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(' ');
}

/** The 16384 slots cut into `count` contiguous ranges whose sizes differ by one at most. */
export function evenRanges(count: number): SlotRange[] {
  const at = (index: number) => Math.round((index * SLOT_COUNT) / count);
  return Array.from({ length: count }, (_, index) => [at(index), at(index + 1) - 1] as const);
}

const TAG_LENGTH = 4;
const TAG_RADIX = 36;

/**
 * For each slot a hash tag of {@link TAG_LENGTH} characters that falls into it, so that a key can be written to any slot on
 * purpose: the key `probe:{TAG}` lives in slot `n` when TAG is the `n`-th entry.
 */
export function slotTags(): readonly string[] {
  const tags = new Array<string | undefined>(SLOT_COUNT);
  for (let missing = SLOT_COUNT, number = TAG_RADIX ** (TAG_LENGTH - 1); missing > 0; number += 1) {
    const tag = number.toString(TAG_RADIX);
    const slot = keySlot(tag);
    if (tags[slot] !== undefined) continue;
    tags[slot] = tag;
    missing -= 1;
  }
  return tags as string[];
}
