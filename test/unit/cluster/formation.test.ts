import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planFormation, withCaretakers } from '../../../src/cluster/formation.js';
import { evenRanges } from '../../../src/cluster/slots.js';

describe('planFormation', () => {
  test('of six nodes makes three masters and three replicas', () => {
    expect(planFormation(3, 1)).toEqual({
      masters: [
        { node: 0, slots: [0, 5460] },
        { node: 1, slots: [5461, 10_922] },
        { node: 2, slots: [10_923, 16_383] },
      ],
      replicas: [
        { node: 3, master: 0 },
        { node: 4, master: 1 },
        { node: 5, master: 2 },
      ],
    });
  });

  test('without replicas makes masters alone', () => expect(planFormation(3, 0).replicas).toEqual([]));

  const sizes = [fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 5 })] as const;

  test('gives every node one role', () => {
    fc.assert(
      fc.property(...sizes, (masters, replicas) => {
        const plan = planFormation(masters, replicas);
        const nodes = [...plan.masters, ...plan.replicas].map(({ node }) => node);
        expect(nodes).toEqual(Array.from({ length: masters * (1 + replicas) }, (_, index) => index));
      }),
    );
  });

  test('gives every master the same number of replicas', () => {
    fc.assert(
      fc.property(...sizes, (masters, replicas) => {
        const plan = planFormation(masters, replicas);
        for (const { node } of plan.masters) {
          expect(plan.replicas.filter(({ master }) => master === node)).toHaveLength(replicas);
        }
      }),
    );
  });

  test('gives every master an even share', () => {
    fc.assert(
      fc.property(...sizes, (masters, replicas) => {
        const plan = planFormation(masters, replicas);
        expect(plan.masters.map(({ slots }) => slots)).toEqual(evenRanges(masters));
      }),
    );
  });
});

describe('withCaretakers', () => {
  test('swaps each master with its first replica', () => {
    expect(withCaretakers(planFormation(2, 2))).toEqual({
      masters: [
        { node: 2, slots: [0, 8191] },
        { node: 3, slots: [8192, 16_383] },
      ],
      replicas: [
        { node: 0, master: 2 },
        { node: 1, master: 3 },
        { node: 4, master: 2 },
        { node: 5, master: 3 },
      ],
    });
  });

  test('leaves masters without replicas where they are', () => {
    const plan = planFormation(3, 0);
    expect(withCaretakers(plan)).toEqual(plan);
  });

  test('is a plan for the same nodes and slots, in which each master follows who has its slots', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 5 }), (masters, replicas) => {
        const plan = planFormation(masters, replicas);
        const swapped = withCaretakers(plan);
        const nodes = [...swapped.masters, ...swapped.replicas].map(({ node }) => node);
        expect(nodes.sort((a, b) => a - b)).toEqual(nodes.map((_, index) => index));
        expect(swapped.masters.map(({ slots }) => slots)).toEqual(plan.masters.map(({ slots }) => slots));
        plan.masters.forEach(({ node, slots }) => {
          const follows = swapped.replicas.find((replica) => replica.node === node)?.master;
          expect(swapped.masters.find((master) => master.node === follows)?.slots).toEqual(slots);
        });
      }),
    );
  });
});
