import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyMoves,
  countMoved,
  evenShares,
  planRebalance,
  type SlotOwner,
} from '../../../src/cluster/rebalance.js';
import { SLOT_COUNT, countSlots, evenRanges, toRanges, toSlots } from '../../../src/cluster/slots.js';
import { idOf } from './pictures.js';

/**
 * Any distribution of slots: patches of one or scattered slots, painted one over the other by up to `most` owners.
 * Owners that were never used, or were painted over, are empty; slots that nobody painted have no owner.
 */
function anyOwners(most: number): fc.Arbitrary<SlotOwner[]> {
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

const owners = anyOwners(12);
const law = (check: (cluster: SlotOwner[]) => void) => fc.assert(fc.property(owners, check), { numRuns: 50 });
const sizes = (cluster: readonly SlotOwner[]) =>
  cluster.map(({ id, slots }) => [id, countSlots(slots)] as const);
const slotsOf = (cluster: readonly SlotOwner[], id: string) =>
  new Set(toSlots(cluster.find((owner) => owner.id === id)?.slots ?? []));

const newcomer: SlotOwner = { id: idOf(4), slots: [] };
const three = evenRanges(3).map((range, index): SlotOwner => ({ id: idOf(index + 1), slots: [range] }));

describe('a plan for a newcomer beside three full masters', () => {
  const moves = planRebalance([...three, newcomer]);

  test('gives it a quarter', () => {
    expect(moves.every(({ to }) => to === newcomer.id)).toBe(true);
    expect(countMoved(moves)).toBe(4096);
  });

  test('takes one range from the end of each', () => {
    expect(moves.map(({ slots }) => slots)).toEqual([[[4096, 5460]], [[9557, 10_922]], [[15_019, 16_383]]]);
  });
});

describe('evenShares', () => {
  test('add up to all slots there are', () => {
    law((cluster) => {
      const sum = [...evenShares(cluster).values()].reduce((total, share) => total + share, 0);
      expect(sum).toBe(cluster.reduce((total, { slots }) => total + countSlots(slots), 0));
    });
  });

  test('differ by one at most', () => {
    law((cluster) => {
      const shares = [...evenShares(cluster).values()];
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    });
  });

  test('are chosen so that no other even shares would move fewer slots', () => {
    fc.assert(
      fc.property(anyOwners(5), (cluster) => {
        const counts = cluster.map(({ slots }) => countSlots(slots));
        const total = counts.reduce((sum, count) => sum + count, 0);
        const share = Math.floor(total / counts.length);
        const cost = (odd: readonly boolean[]) =>
          counts.reduce((sum, count, index) => sum + Math.max(0, count - share - Number(odd[index])), 0);
        const choices = Array.from({ length: 2 ** counts.length }, (_, bits) =>
          counts.map((_count, index) => Boolean(bits & (1 << index))),
        ).filter((odd) => odd.filter(Boolean).length === total % counts.length);
        expect(countMoved(planRebalance(cluster))).toBe(Math.min(...choices.map(cost)));
      }),
    );
  });
});

describe('every plan', () => {
  test('moves each slot once at most', () => {
    law((cluster) => {
      const moved = planRebalance(cluster).flatMap(({ slots }) => toSlots(slots));
      expect(new Set(moved).size).toBe(moved.length);
    });
  });

  test('takes slots from who owns them, and gives them to another', () => {
    law((cluster) => {
      for (const { from, to, slots } of planRebalance(cluster)) {
        const owned = slotsOf(cluster, from);
        expect(from).not.toBe(to);
        expect(countSlots(slots)).toBeGreaterThan(0);
        expect(toSlots(slots).every((slot) => owned.has(slot))).toBe(true);
      }
    });
  });

  test('yields exactly the shares when it is applied', () => {
    law((cluster) => {
      const after = applyMoves(cluster, planRebalance(cluster));
      expect(new Map(sizes(after))).toEqual(evenShares(cluster));
    });
  });

  test('loses no slot and makes none up', () => {
    law((cluster) => {
      const after = applyMoves(cluster, planRebalance(cluster));
      const slots = (all: readonly SlotOwner[]) => toRanges(all.flatMap((owner) => toSlots(owner.slots)));
      expect(slots(after)).toEqual(slots(cluster));
    });
  });

  test('moves as few slots as can be: the surpluses', () => {
    law((cluster) => {
      const shares = evenShares(cluster);
      const surpluses = sizes(cluster).map(([id, count]) => Math.max(0, count - (shares.get(id) ?? 0)));
      expect(countMoved(planRebalance(cluster))).toBe(surpluses.reduce((sum, surplus) => sum + surplus, 0));
    });
  });

  test('is the same for the same input, which it leaves as it was', () => {
    law((cluster) => {
      const before = structuredClone(cluster);
      expect(planRebalance(cluster)).toEqual(planRebalance(structuredClone(cluster)));
      expect(cluster).toEqual(before);
    });
  });

  test('leaves nothing to plan', () => {
    law((cluster) => {
      expect(planRebalance(applyMoves(cluster, planRebalance(cluster)))).toEqual([]);
    });
  });

  test('never makes an owner both give and take', () => {
    law((cluster) => {
      const moves = planRebalance(cluster);
      const givers = new Set(moves.map(({ from }) => from));
      expect(moves.filter(({ to }) => givers.has(to))).toEqual([]);
    });
  });

  test('empties an owner whose share is none', () => {
    law((cluster) => {
      fc.pre(cluster.length > 1);
      const [leaving, ...staying] = cluster;
      const total = cluster.reduce((sum, { slots }) => sum + countSlots(slots), 0);
      const shares = new Map(staying.map(({ id }, index) => [id, index === 0 ? total : 0]));
      const after = applyMoves(cluster, planRebalance(cluster, shares));
      expect(after.find(({ id }) => id === leaving!.id)?.slots).toEqual([]);
      expect(countSlots(after.find(({ id }) => id === staying[0]!.id)?.slots ?? [])).toBe(total);
    });
  });
});

test('there is nothing to plan for nobody', () => expect(planRebalance([])).toEqual([]));
