import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyMoves, countMoved, type SlotOwner } from '../../../src/cluster/rebalance.js';
import { planReshard, type ReshardRequest } from '../../../src/cluster/reshard.js';
import { countSlots, evenRanges, toRanges, toSlots } from '../../../src/cluster/slots.js';
import { thrownBy } from '../helpers/errors.js';
import { anyOwners } from './any-owners.js';
import { idOf } from './pictures.js';

const three = evenRanges(3).map((range, index): SlotOwner => ({ id: idOf(index + 1), slots: [range] }));
const uneven: SlotOwner[] = [
  { id: idOf(1), slots: [[0, 99]] },
  { id: idOf(2), slots: [[100, 399]] },
  { id: idOf(3), slots: [] },
];
const request = (slots: ReshardRequest['slots'], from = [1, 2], to = 3): ReshardRequest => ({
  from: from.map(idOf),
  to: idOf(to),
  slots,
});

describe('a number of slots', () => {
  test('is taken in proportion to what the sources own, from the end', () => {
    expect(planReshard(uneven, request(40))).toEqual([
      { from: idOf(1), to: idOf(3), slots: [[90, 99]] },
      { from: idOf(2), to: idOf(3), slots: [[370, 399]] },
    ]);
  });

  test('leaves the odd slot to the larger source when the remainders are even', () => {
    // Quotas 0.5 and 1.5.
    expect(planReshard(uneven, request(2))).toEqual([{ from: idOf(2), to: idOf(3), slots: [[398, 399]] }]);
  });

  test('may be all that the sources have', () => {
    expect(countMoved(planReshard(uneven, request(400)))).toBe(400);
  });

  test('leaves others alone', () => {
    const moves = planReshard(three, request(100, [1]));
    expect(moves).toEqual([{ from: idOf(1), to: idOf(3), slots: [[5361, 5460]] }]);
  });

  test('counts a source once that is named twice', () => {
    expect(planReshard(uneven, request(40, [1, 1, 2]))).toEqual(planReshard(uneven, request(40)));
  });
});

describe('slots by name', () => {
  test('go from whoever owns them', () => {
    expect(
      planReshard(
        uneven,
        request([
          [90, 109],
          [95, 120],
          [5, 5],
        ]),
      ),
    ).toEqual([
      // prettier-ignore
      { from: idOf(1), to: idOf(3), slots: [[5, 5], [90, 99]] }, // prettier-ignore
      { from: idOf(2), to: idOf(3), slots: [[100, 120]] },
    ]);
  });

  test('are refused when no source owns them, and named', () => {
    const { code, details } = thrownBy(() => planReshard(uneven, request([[95, 102], [200, 200]], [1]))); // prettier-ignore
    expect(code).toBe('CONFIG_INVALID');
    expect(details).toEqual(['no source owns slots 100-102 200']);
  });
});

describe('refusals', () => {
  const refusal = (asked: ReshardRequest) => thrownBy(() => planReshard(uneven, asked));

  test.each([
    [request(401), ['401 slots are too many: the sources own 400']],
    [request(0), ['0 is not a number of slots: 1 or more is needed']],
    [request(1.5), ['1.5 is not a number of slots: 1 or more is needed']],
    [request(5, [1, 2], 1), [`${idOf(1)} cannot be both source and target`]],
    [request([[0, 1]], []), ['no source is given', 'no source owns slots 0-1']], // prettier-ignore
    [
      request(5, [1, 8], 9),
      [`${idOf(8)} is not a master of this cluster`, `${idOf(9)} is not a master of this cluster`],
    ],
  ])('%j', (asked, details) => {
    expect(refusal(asked)).toMatchObject({ code: 'CONFIG_INVALID', details });
  });

  test('name all problems together', () => {
    expect(refusal(request(500, [1, 3], 3)).details).toHaveLength(2);
  });
});

describe('every plan', () => {
  const law = (check: (cluster: SlotOwner[], asked: number) => void) =>
    fc.assert(
      fc.property(anyOwners(8), fc.integer({ min: 1, max: 16_384 }), (cluster, number) => {
        fc.pre(cluster.length > 1);
        const available = cluster.slice(1).reduce((sum, { slots }) => sum + countSlots(slots), 0);
        fc.pre(available > 0);
        check(cluster, 1 + (number % available));
      }),
      { numRuns: 50 },
    );
  const toFirst = (cluster: readonly SlotOwner[], slots: ReshardRequest['slots']) =>
    planReshard(cluster, { from: cluster.slice(1).map(({ id }) => id), to: cluster[0]!.id, slots });

  test('moves that many, each from its owner, to the target', () => {
    law((cluster, asked) => {
      const moves = toFirst(cluster, asked);
      expect(countMoved(moves)).toBe(asked);
      for (const { from, to, slots } of moves) {
        const owned = new Set(toSlots(cluster.find(({ id }) => id === from)?.slots ?? []));
        expect(to).toBe(cluster[0]!.id);
        expect(toSlots(slots).every((slot) => owned.has(slot))).toBe(true);
      }
    });
  });

  test('takes from each source within one slot of its proportion', () => {
    law((cluster, asked) => {
      const after = applyMoves(cluster, toFirst(cluster, asked));
      const available = cluster.slice(1).reduce((sum, { slots }) => sum + countSlots(slots), 0);
      cluster.slice(1).forEach(({ slots }, index) => {
        const given = countSlots(slots) - countSlots(after[index + 1]!.slots);
        expect(Math.abs(given - (asked * countSlots(slots)) / available)).toBeLessThan(1);
      });
    });
  });

  test('of slots by name moves exactly those', () => {
    law((cluster, asked) => {
      const named = toRanges(toFirst(cluster, asked).flatMap(({ slots }) => toSlots(slots)));
      const moves = toFirst(cluster, named);
      expect(toRanges(moves.flatMap(({ slots }) => toSlots(slots)))).toEqual(named);
      expect(countMoved(moves)).toBe(asked);
    });
  });
});
