import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyspaceOf, KEYS_PER_TAG } from '../../../../src/bench/load/keyspace.js';
import { keySlot, SLOT_COUNT } from '../../../../src/cluster/slots.js';

describe('a keyspace', () => {
  test.each([
    ['plain', undefined],
    ['with hash tags', KEYS_PER_TAG],
    ['grouped', 61_040],
  ])('%s: knows the slot of every name, and writes it over any other', (_, keysPerTag) => {
    const keys = keyspaceOf(1_000_000_000, keysPerTag, 'key');
    fc.assert(
      fc.property(fc.nat(999_999_999), (number) => {
        expect(keys.slot(number)).toBe(keySlot(keys.name(number)));
        const bytes = Buffer.from(` ${keys.name(0)} `);
        keys.overwrite(bytes, 1, number);
        expect(bytes.toString()).toBe(` ${keys.name(number)} `);
      }),
    );
  });

  test('has names of one length, as redis-benchmark has', () => {
    const keys = keyspaceOf(100_000, undefined, 'key');
    expect([keys.name(0), keys.name(42), keys.name(99_999)]).toEqual([
      'key:000000000000',
      'key:000000000042',
      'key:000000099999',
    ]);
  });

  test('with hash tags: an MGET finds its keys in one slot, and every slot has some', () => {
    const keys = keyspaceOf(SLOT_COUNT * KEYS_PER_TAG, KEYS_PER_TAG, 'key');
    const slots = new Set<number>();
    for (let first = 0; first < keys.size; first += KEYS_PER_TAG) {
      expect(keys.slot(first + KEYS_PER_TAG - 1)).toBe(keys.slot(first));
      slots.add(keys.slot(first));
    }
    expect(slots.size).toBe(SLOT_COUNT);
  });
});
