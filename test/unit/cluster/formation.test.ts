import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planFormation } from '../../../src/cluster/formation.js';
import { evenRanges } from '../../../src/cluster/slots.js';

describe('planFormation', () => {
  test('of six nodes makes three masters and three replicas', () => {
    expect(planFormation(3, 1)).toEqual({
      masters: [
        { node: 0, slots: [0, 5460], epoch: 1 },
        { node: 1, slots: [5461, 10_922], epoch: 2 },
        { node: 2, slots: [10_923, 16_383], epoch: 3 },
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

  test('gives every master an epoch of its own and an even share', () => {
    fc.assert(
      fc.property(...sizes, (masters, replicas) => {
        const plan = planFormation(masters, replicas);
        expect(new Set(plan.masters.map(({ epoch }) => epoch)).size).toBe(masters);
        expect(plan.masters.every(({ epoch }) => epoch > 0)).toBe(true);
        expect(plan.masters.map(({ slots }) => slots)).toEqual(evenRanges(masters));
      }),
    );
  });
});
