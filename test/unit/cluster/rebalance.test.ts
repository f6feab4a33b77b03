import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyMoves,
  countMoved,
  evenShares,
  isBalanced,
  planRebalance,
  weightedShares,
  type SlotOwner,
} from '../../../src/cluster/rebalance.js';
import { countSlots, evenRanges, toRanges, toSlots } from '../../../src/cluster/slots.js';
import { thrownBy } from '../helpers/errors.js';
import { anyOwners } from './any-owners.js';
import { idOf } from './pictures.js';

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

describe('weightedShares', () => {
  const sharesOf = (...weights: number[]) =>
    three.map(({ id }) =>
      weightedShares(three, new Map(weights.map((weight, index) => [idOf(index + 1), weight]))).get(id),
    );

  test('are in proportion to the weights', () => expect(sharesOf(1, 2, 1)).toEqual([4096, 8192, 4096]));
  test('take 1 for a weight that is not given', () => expect(sharesOf(2)).toEqual([8192, 4096, 4096]));
  test('are none for weight 0', () => expect(sharesOf(0, 1, 1)).toEqual([0, 8192, 8192]));
  test('may have fractions for weights', () => expect(sharesOf(0.5, 1, 0.5)).toEqual([4096, 8192, 4096]));
  test('give the odd slot to the largest remainder', () => {
    // Quotas 2340.57, 4681.14 and 9362.29.
    expect(sharesOf(1, 2, 4)).toEqual([2341, 4681, 9362]);
  });

  test('leave the odd slot where it is when the remainders are even', () => {
    expect(sharesOf(1, 1, 1)).toEqual([5461, 5462, 5461]);
  });

  test('ignore the weights of others', () => {
    expect(weightedShares(three, new Map([[idOf(9), 5]]))).toEqual(evenShares(three));
  });

  test('of nobody are none', () => expect(weightedShares([], new Map())).toEqual(new Map()));

  test('refuse weights that are all 0', () => {
    const { code, details } = thrownBy(() => sharesOf(0, 0, 0));
    expect(code).toBe('CONFIG_INVALID');
    expect(details).toEqual(['every weight is 0: nobody is left to take the slots']);
  });

  test('refuse every weight that is no weight, at once', () => {
    expect(thrownBy(() => sharesOf(-1, NaN, 1)).details).toEqual([
      `the weight of ${idOf(1)} is -1: a number, 0 or more, is needed`,
      `the weight of ${idOf(2)} is NaN: a number, 0 or more, is needed`,
    ]);
  });

  const weightLaw = (
    weight: fc.Arbitrary<number>,
    check: (cluster: SlotOwner[], weights: Map<string, number>) => void,
  ) =>
    fc.assert(
      fc.property(owners, fc.array(weight, { minLength: 12, maxLength: 12 }), (cluster, list) => {
        const weights = new Map(cluster.map(({ id }, index) => [id, list[index]!]));
        fc.pre([...weights.values()].some((each) => each > 0));
        check(cluster, weights);
      }),
      { numRuns: 50 },
    );
  const anyWeight = fc.oneof(fc.nat(10), fc.double({ min: 0, max: 1000, noNaN: true }));

  test('add up to all slots there are, none of them for weight 0', () => {
    weightLaw(anyWeight, (cluster, weights) => {
      const shares = weightedShares(cluster, weights);
      const total = cluster.reduce((sum, { slots }) => sum + countSlots(slots), 0);
      expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBe(total);
      for (const [id, weight] of weights) if (weight === 0) expect(shares.get(id)).toBe(0);
    });
  });

  test('are within one slot of the quota', () => {
    weightLaw(anyWeight, (cluster, weights) => {
      const shares = weightedShares(cluster, weights);
      const total = cluster.reduce((sum, { slots }) => sum + countSlots(slots), 0);
      const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
      for (const [id, weight] of weights) {
        expect(Math.abs((shares.get(id) ?? 0) - (total * weight) / all)).toBeLessThan(1.000001);
      }
    });
  });

  test('do not depend on the order of the owners', () => {
    weightLaw(fc.nat(10), (cluster, weights) => {
      expect(weightedShares(cluster.toReversed(), weights)).toEqual(weightedShares(cluster, weights));
    });
  });

  test('are reached by moving the surpluses alone', () => {
    weightLaw(anyWeight, (cluster, weights) => {
      const shares = weightedShares(cluster, weights);
      const moves = planRebalance(cluster, shares);
      const surpluses = sizes(cluster).map(([id, count]) => Math.max(0, count - (shares.get(id) ?? 0)));
      expect(countMoved(moves)).toBe(surpluses.reduce((sum, surplus) => sum + surplus, 0));
      expect(new Map(sizes(applyMoves(cluster, moves)))).toEqual(shares);
    });
  });
});

describe('isBalanced', () => {
  const shares = new Map([
    [idOf(1), 100],
    [idOf(2), 100],
  ]);
  const holding = (first: number, second: number): SlotOwner[] =>
    [first, second].map((count, index) => ({
      id: idOf(index + 1),
      slots: count === 0 ? [] : [[1000 * index, 1000 * index + count - 1]],
    }));

  test.each([
    [100, 100, 0, true, 'the very shares'],
    [101, 99, 0, false, 'one slot off, none allowed'],
    [101, 99, 2, true, 'one slot in a hundred'],
    [102, 98, 2, false, 'two slots are more than 2 % of 98'],
    [103, 97, 5, true, 'three slots in a hundred'],
    [200, 0, 2, false, 'an owner without slots'],
    [200, 0, 60, false, 'an owner without slots is never close'],
  ])('%i and %i of 100 each within %f%%: %s (%s)', (first, second, threshold, expected) => {
    expect(isBalanced(holding(first, second), shares, threshold)).toBe(expected);
  });

  test('is said of an owner without slots that is due none', () => {
    expect(isBalanced([{ id: idOf(3), slots: [] }], shares, 0)).toBe(true);
  });

  test('is not said of an owner that is due none and has some', () => {
    expect(isBalanced([{ id: idOf(3), slots: [[0, 0]] }], shares, 2)).toBe(false);
  });

  test('is said after every plan, whatever the threshold', () => {
    law((cluster) => {
      const after = applyMoves(cluster, planRebalance(cluster));
      expect(isBalanced(after, evenShares(cluster), 0)).toBe(true);
    });
  });
});

describe('contiguity', () => {
  const rangesIn = (cluster: readonly SlotOwner[]) => cluster.map(({ slots }) => slots);

  test('a newcomer that is drained again leaves every master its own range', () => {
    const four = evenRanges(4).map((range, index): SlotOwner => ({ id: idOf(index + 1), slots: [range] }));
    const five = applyMoves(
      [...four, { id: idOf(5), slots: [] }],
      planRebalance([...four, { id: idOf(5), slots: [] }]),
    );
    const drained = weightedShares(five, new Map([[idOf(5), 0]]));
    expect(rangesIn(applyMoves(five, planRebalance(five, drained)))).toEqual([...rangesIn(four), []]);
  });

  test('a receiver takes what comes behind its own slots, then what comes before them, then others', () => {
    const cluster: SlotOwner[] = [
      { id: idOf(1), slots: [[100, 199]] },
      { id: idOf(2), slots: [[0, 99], [200, 209], [300, 309]] }, // prettier-ignore
    ];
    const takes = (count: number) =>
      planRebalance(
        cluster,
        new Map([
          [idOf(1), 100 + count],
          [idOf(2), 120 - count],
        ]),
      ).map(({ slots }) => slots);
    expect(takes(10)).toEqual([[[300, 309]]]);
    expect(takes(15)).toEqual([[[205, 209], [300, 309]]]); // prettier-ignore
    expect(takes(120)).toEqual([[[0, 99], [200, 209], [300, 309]]]); // prettier-ignore
    const third: SlotOwner = { id: idOf(3), slots: [] };
    const shared = planRebalance(
      [third, ...cluster],
      new Map([
        [idOf(3), 60],
        [idOf(1), 160],
      ]),
    );
    expect(shared).toEqual([
      { from: idOf(2), to: idOf(1), slots: [[50, 99], [200, 209]] }, // prettier-ignore
      { from: idOf(2), to: idOf(3), slots: [[0, 49], [300, 309]] }, // prettier-ignore
    ]);
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

  test('does not depend on how the ranges are cut and ordered', () => {
    law((cluster) => {
      const shuffled = cluster.map(({ id, slots }) => ({
        id,
        slots: slots
          .flatMap(([first, last]) => {
            const middle = Math.floor((first + last) / 2);
            return first === last
              ? [[first, last] as const]
              : [[first, middle] as const, [middle + 1, last] as const];
          })
          .toReversed(),
      }));
      expect(planRebalance(shuffled)).toEqual(planRebalance(cluster));
    });
  });

  test('takes from the end of what a donor has', () => {
    law((cluster) => {
      const moves = planRebalance(cluster);
      const after = applyMoves(cluster, moves);
      for (const { from, slots } of moves) {
        const kept = after.find(({ id }) => id === from)?.slots.at(-1)?.[1] ?? -1;
        expect(slots[0]![0]).toBeGreaterThan(kept);
      }
    });
  });

  test('has one move for each donor and receiver', () => {
    law((cluster) => {
      const pairs = planRebalance(cluster).map(({ from, to }) => `${from} ${to}`);
      expect(new Set(pairs).size).toBe(pairs.length);
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
