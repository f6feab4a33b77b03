import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  SLOT_COUNT,
  countSlots,
  evenRanges,
  formatRanges,
  keySlot,
  slotTags,
  toRanges,
  toSlots,
} from '../../../src/cluster/slots.js';

const slot = fc.nat(SLOT_COUNT - 1);
/** Few enough values that neighbours and duplicates are common. */
const crowdedSlots = fc.array(fc.nat(40));
const anySlots = fc.oneof(crowdedSlots, fc.array(slot));

/** CRC16/XMODEM bit by bit, modulo 16384: neither table nor library. */
function slotOfBytes(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc % SLOT_COUNT;
}

/** What is between the first { and the first } behind it counts, unless that is nothing (redis cluster.c keyHashSlot). */
function slotBySpecification(key: Buffer): number {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return slotOfBytes(open >= 0 && close > open + 1 ? key.subarray(open + 1, close) : key);
}

describe('keySlot', () => {
  test.each([
    ['123456789', 0x31c3],
    ['', 0],
    ['foo', 12_182],
    ['bar', 5_061],
    ['hello', 866],
    ['user:1', 10_778],
    ['user1000', 3_443],
  ])('%j is in slot %i', (key, expected) => expect(keySlot(key)).toBe(expected));

  test.each([
    ['{user1000}.following', 'user1000'],
    ['foo{bar}{zap}', 'bar'],
    ['foo{{bar}}zap', '{bar'],
    ['}foo{bar}', 'bar'],
  ])('%j hashes its tag %j', (key, tag) => expect(keySlot(key)).toBe(slotOfBytes(Buffer.from(tag))));

  test.each(['{}', '{}foo', 'foo{}', 'foo{bar', 'foo}bar{', 'foo{}{bar}', '{}}'])(
    '%j has no tag, so all of it counts',
    (key) => {
      expect(keySlot(key)).toBe(slotOfBytes(Buffer.from(key)));
      expect(keySlot(Buffer.from(key))).toBe(keySlot(key));
    },
  );

  test('takes bytes that are no text', () => {
    const key = Buffer.from([0xff, 0x00, 0x7b, 0xc0, 0x7d]);
    expect(keySlot(key)).toBe(slotOfBytes(Buffer.from([0xc0])));
  });

  test('counts strings as UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        expect(keySlot(key)).toBe(keySlot(Buffer.from(key)));
      }),
    );
  });

  test('agrees with the specification for every key', () => {
    const key = fc.array(fc.constantFrom('{', '}', 'a', 'é', '\0', '🙂')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(key, (text) => {
        expect(keySlot(text)).toBe(slotBySpecification(Buffer.from(text)));
      }),
    );
  });
});

describe('toRanges', () => {
  test.each([
    [[], []],
    [[5], [[5, 5]]],
    [[2, 1, 0], [[0, 2]]],
    [[1, 3, 2, 3, 9], [[1, 3], [9, 9]]], // prettier-ignore
    [[0, SLOT_COUNT - 1], [[0, 0], [16_383, 16_383]]], // prettier-ignore
  ])('of %j are %j', (slots, ranges) => expect(toRanges(slots)).toEqual(ranges));

  test('hold exactly the slots given, each once and ascending', () => {
    fc.assert(
      fc.property(anySlots, (slots) => {
        const ascending = [...new Set(slots)].sort((a, b) => a - b);
        expect(toSlots(toRanges(slots))).toEqual(ascending);
      }),
    );
  });

  test('are as few as can be: between two there is a gap', () => {
    fc.assert(
      fc.property(anySlots, (slots) => {
        const ranges = toRanges(slots);
        ranges.slice(1).forEach(([first], index) => {
          expect(first).toBeGreaterThan(ranges[index]![1] + 1);
        });
      }),
    );
  });

  test('counted are as many as the slots', () => {
    fc.assert(
      fc.property(anySlots, (slots) => {
        expect(countSlots(toRanges(slots))).toBe(new Set(slots).size);
      }),
    );
  });
});

describe('formatRanges', () => {
  test('writes them as CLUSTER NODES does', () => {
    expect(formatRanges([[0, 5460], [10_923, 10_923]])).toBe('0-5460 10923'); // prettier-ignore
  });

  test('of nothing is empty', () => expect(formatRanges([])).toBe(''));
});

describe('evenRanges', () => {
  const count = fc.integer({ min: 1, max: 1000 });

  test('of three are those of every tutorial', () => {
    expect(evenRanges(3)).toEqual([[0, 5460], [5461, 10_922], [10_923, 16_383]]); // prettier-ignore
  });

  test('cover every slot once, in order', () => {
    fc.assert(
      fc.property(count, (masters) => {
        const ranges = evenRanges(masters);
        expect(ranges).toHaveLength(masters);
        expect(toRanges(toSlots(ranges))).toEqual([[0, SLOT_COUNT - 1]]);
        expect(countSlots(ranges)).toBe(SLOT_COUNT);
      }),
    );
  });

  test('differ in size by one at most', () => {
    fc.assert(
      fc.property(count, (masters) => {
        const sizes = evenRanges(masters).map((range) => countSlots([range]));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('slotTags', () => {
  test('has a tag for every slot that leads there', () => {
    const strays = slotTags().flatMap((tag, index) => (keySlot(`probe:{${tag}}:1`) === index ? [] : [index]));
    expect(slotTags()).toHaveLength(SLOT_COUNT);
    expect(strays).toEqual([]);
  });
});
