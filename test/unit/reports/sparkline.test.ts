import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resample, sparkline } from '../../../src/reports/sparkline.js';

describe('sparkline', () => {
  test('is to scale from nothing to the greatest', () => {
    expect(sparkline([0, 1, 50, 100])).toBe('▁▂▅█');
  });

  test('leaves a blank for what is unknown', () => expect(sparkline([null, 3])).toBe(' █'));

  test('of nothing is flat', () => expect(sparkline([0, 0])).toBe('▁▁'));

  test('has a cell a value, and the lowest mark for nothing alone', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true })), (values) => {
        const marks = Array.from(sparkline(values));
        expect(marks).toHaveLength(values.length);
        marks.forEach((mark, index) => expect(mark === '▁').toBe(values[index] === 0));
      }),
    );
  });
});

describe('resample', () => {
  const point = (atMs: number, ok: number) => ({ atMs, bucketMs: 100, ok, errors: 0, p50: null, p99: null });

  test('says what is done in a second', () => {
    expect(resample([point(0, 10), point(100, 30)], [0, 200], 2)).toEqual([100, 300]);
    expect(resample([point(0, 10), point(100, 30)], [0, 200], 1)).toEqual([200]);
  });

  test('shares a bucket between cells', () => {
    expect(resample([point(0, 10)], [0, 100], 4)).toEqual([100, 100, 100, 100]);
  });

  test('knows nothing of what no bucket reaches', () => {
    expect(resample([point(0, 10)], [-100, 200], 3)).toEqual([null, 100, null]);
  });

  test('keeps the mean of a window that its buckets fill', () => {
    const series = fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 60 }), (oks, cells) => {
        const rates = resample(
          oks.map((ok, index) => point(index * 100, ok)),
          [0, oks.length * 100],
          cells,
        );
        const mean = rates.reduce<number>((sum, value) => sum + (value ?? NaN), 0) / cells;
        expect(mean).toBeCloseTo((oks.reduce((a, b) => a + b) * 10) / oks.length, 6);
      }),
    );
  });
});
