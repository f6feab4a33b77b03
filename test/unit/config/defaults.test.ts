import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultNodeTimeout } from '../../../src/config/defaults.js';

describe('the default node timeout', () => {
  test('is short for a usual cluster', () => expect(defaultNodeTimeout(6)).toBe(400));

  test.each([
    [1, 400],
    [17, 400],
    [18, 500],
    [60, 4800],
  ])('of %i nodes is %i ms', (nodes, ms) => expect(defaultNodeTimeout(nodes)).toBe(ms));

  test('grows with the nodes so that their pings stay few', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (nodes) => {
        const ms = defaultNodeTimeout(nodes);
        // Every node pings every other one twice in a timeout.
        expect((nodes * (nodes - 1) * 2 * 1000) / ms).toBeLessThanOrEqual(1500);
        expect(defaultNodeTimeout(nodes + 1)).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});
