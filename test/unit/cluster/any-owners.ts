import fc from 'fast-check';
import type { SlotOwner } from '../../../src/cluster/rebalance.js';
import { SLOT_COUNT, toRanges } from '../../../src/cluster/slots.js';
import { idOf } from './pictures.js';

/**
 * Any distribution of slots: patches of one or scattered slots, painted one over the other by up to `most` owners.
 * Owners that were never used, or were painted over, are empty; slots that nobody painted have no owner.
 */
export function anyOwners(most: number): fc.Arbitrary<SlotOwner[]> {
  const patch = fc.record({
    first: fc.nat(SLOT_COUNT - 1),
    length: fc.integer({ min: 1, max: 6000 }),
    stride: fc.integer({ min: 1, max: 5 }),
    owner: fc.nat(most - 1),
  });
  return fc
    .tuple(fc.integer({ min: 1, max: most }), fc.array(patch, { maxLength: 12 }))
    .map(([count, patches]) => {
      const slots = Array.from({ length: count }, () => new Set<number>());
      for (const { first, length, stride, owner } of patches) {
        const end = Math.min(first + length, SLOT_COUNT);
        for (let slot = first; slot < end; slot += stride) {
          for (const each of slots) each.delete(slot);
          slots[owner % count]!.add(slot);
        }
      }
      return slots.map((each, index) => ({ id: idOf(index + 1), slots: toRanges(each) }));
    });
}
