import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedPhases, rankIn, remarksOn } from '../../../src/drills/formula.js';
import type { Phases } from '../../../src/drills/timeline.js';

const phases = (detectMs: number, electMs: number, recoverMs: number): Phases => ({
  detectMs,
  electMs,
  recoverMs,
  outageMs: detectMs + electMs + recoverMs,
});

describe('the formula', () => {
  test('of the default node timeout', () => {
    expect(expectedPhases(400)).toEqual({
      detectMs: [400, 1000],
      electMs: [500, 1200],
      recoverMs: [0, 300],
      outageMs: [900, 2500],
    });
  });

  test('lets each better replica go a second ahead', () => {
    expect(expectedPhases(400, 2).electMs).toEqual([2500, 3200]);
  });

  test('holds for what was measured at node timeouts of 500 and 1000', () => {
    for (const [timeout, outage] of [
      [500, 1700],
      [1000, 2300],
    ] as const) {
      const [least, most] = expectedPhases(timeout).outageMs;
      expect(outage).toBeGreaterThanOrEqual(least);
      expect(outage).toBeLessThanOrEqual(most);
    }
  });

  test('has ranges, of which the outage is the sum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 60_000 }), fc.nat(5), (timeout, rank) => {
        const { detectMs, electMs, recoverMs, outageMs } = expectedPhases(timeout, rank);
        for (const end of [0, 1] as const)
          expect(outageMs[end]).toBe(detectMs[end] + electMs[end] + recoverMs[end]);
        for (const [least, most] of [detectMs, electMs, recoverMs]) expect(least).toBeLessThan(most);
      }),
    );
  });
});

describe('a remark is made', () => {
  const expected = expectedPhases(400);

  test('on nothing that is as expected', () => {
    expect(remarksOn(phases(400, 500, 0), expected)).toEqual([]);
    expect(remarksOn(phases(1000, 1200, 300), expected)).toEqual([]);
  });

  test('on a detection that took long', () => {
    expect(remarksOn(phases(1900, 700, 50), expected)).toEqual([
      'detecting the failure took 1.9 s, where 400 ms to 1.0 s were to be expected: the nodes were busy, or few of them could agree',
    ]);
  });

  test('on each phase by itself', () => {
    const remarks = remarksOn(phases(100, 5000, 900), expected);
    expect(remarks.map((remark) => remark.split(' took ')[0])).toEqual([
      'detecting the failure',
      'the election',
      'the way back for clients',
    ]);
  });
});

test('the rank is what the promoted replica said last', () => {
  const events = [
    { node: 'node-5', event: 'election delayed for 787 ms (rank #0, offset 11816)' },
    { node: 'node-6', event: 'election delayed for 1787 ms (rank #1, offset 11000)' },
    { node: 'node-6', event: 'election delayed for 1000 ms more (rank #2 by now)' },
    { node: 'node-6', event: 'asks for votes in epoch 3' },
  ];
  expect(rankIn(events, 'node-5')).toBe(0);
  expect(rankIn(events, 'node-6')).toBe(2);
  expect(rankIn(events, 'node-7')).toBe(0);
});
