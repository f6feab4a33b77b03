import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evenWeights } from '../../../../src/cluster/inspect/even-weights.js';
import { evenRanges } from '../../../../src/cluster/slots.js';

const owners = evenRanges(3).map((range, index) => ({ id: `m${index}`, slots: [range] }));

describe('weights that even out a load', () => {
  test('take slots from who has the dense ones', () => {
    const even = evenWeights(owners, (slot) => (slot < 5461 ? 4 : 1))!;
    expect(even.before).toBeCloseTo(2, 2);
    expect(even.after).toBeLessThan(1.2);
    expect(even.weights.get('m0')!).toBeLessThan(even.weights.get('m1')!);
  });

  test('are none where the load is even, where there is none, and where one slot has all of it', () => {
    expect(evenWeights(owners, () => 1)).toBeUndefined();
    expect(evenWeights(owners, () => 0)).toBeUndefined();
    expect(evenWeights(owners, (slot) => (slot === 7 ? 1 : 0))).toBeUndefined();
  });

  test('never make it worse', () => {
    const density = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.tuple(density, density, density), (densities) => {
        const even = evenWeights(owners, (slot) => densities[Math.floor(slot / 5462)]!);
        if (even !== undefined) expect(even.after).toBeLessThan(even.before);
      }),
      { numRuns: 10 },
    );
  });
});
