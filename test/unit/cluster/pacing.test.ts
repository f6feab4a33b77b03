import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adapt, bytesWithin, FIRST_LIMITS, predictMs } from '../../../src/cluster/pacing.js';

describe('adapt', () => {
  const sent = { keys: 61, bytes: 10_000 };

  test('backs off from what took too long', () => {
    const limits = adapt({ keys: 500, bytes: 1e6 }, { keys: 100, bytes: 200_000 }, { ms: 12, maxMs: 10 });
    expect(limits).toEqual({ keys: 70, bytes: 140_000 });
  });

  test('grows from what was quick, but only as far as it was tried', () => {
    expect(adapt({ keys: 61, bytes: 10_000 }, sent, { ms: 1, maxMs: 10 })).toEqual({
      keys: 77,
      bytes: 12_500,
    });
    expect(adapt({ keys: 500, bytes: 1e6 }, sent, { ms: 1, maxMs: 10 })).toEqual({ keys: 500, bytes: 1e6 });
  });

  test('stays where there is little room', () => {
    expect(adapt(FIRST_LIMITS, sent, { ms: 8, maxMs: 10 })).toEqual(FIRST_LIMITS);
  });

  test('never shrinks to nothing, nor grows without end', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true })), (times) => {
        let limits = FIRST_LIMITS;
        for (const ms of times) limits = adapt(limits, limits, { ms, maxMs: 10 });
        expect(limits.keys).toBeGreaterThanOrEqual(16);
        expect(limits.keys).toBeLessThanOrEqual(1000);
        expect(limits.bytes).toBeGreaterThanOrEqual(16 * 1024);
        expect(limits.bytes).toBeLessThanOrEqual(64 * 1024 ** 2);
      }),
    );
  });
});

test('a key that fits into a pause is predicted to take no longer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60_000 }), (ms) => {
      expect(predictMs(bytesWithin(ms))).toBeLessThanOrEqual(ms);
      expect(predictMs(bytesWithin(ms) + 1)).toBeGreaterThan(ms);
    }),
  );
});
