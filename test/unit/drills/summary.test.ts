import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spreadOf, summaryOf, verdictOf } from '../../../src/drills/summary.js';
import type { ExpectationResult } from '../../../src/reports/model.js';
import { drillRun } from './runs.js';

const result = (run: number, verdict: 'pass' | 'fail'): ExpectationResult => ({
  run,
  text: 'outage < 2s',
  measured: '1 s',
  verdict,
});

describe('a summary', () => {
  const runs = [
    drillRun({ number: 1, outageMs: 1000 }),
    drillRun({ number: 2, outageMs: 3000 }),
    drillRun({ number: 3 }),
  ];

  test('counts a run once that missed several expectations, and one that met with an error', () => {
    const results = [result(1, 'pass'), result(2, 'fail'), result(2, 'fail')];
    expect(summaryOf([runs[0]!, runs[1]!, drillRun({ number: 3, error: 'no' })], results)).toMatchObject({
      runs: 3,
      failedRuns: 2,
    });
  });

  test('adds up what was written, and has the share of failed requests', () => {
    const summary = summaryOf(runs, []);
    expect(summary.writes).toMatchObject({ attempted: 6000, failed: 60 });
    expect(summary.errorRatio).toBeCloseTo(0.005);
  });

  test('has the spread of each figure', () => {
    expect(summaryOf(runs, []).outageMs).toEqual({ runs: 3, min: 1000, p50: 1420, p90: 3000, max: 3000 });
  });

  test('of nothing says nothing', () => {
    expect(summaryOf([], [])).toMatchObject({ runs: 0, failedRuns: 0, outageMs: null, errorRatio: 0 });
  });
});

describe('a spread', () => {
  test('is null when nothing was measured', () => expect(spreadOf([null, null])).toBeNull());

  test('leaves out what was not measured', () => {
    expect(spreadOf([5, null, 7])).toEqual({ runs: 2, min: 5, p50: 5, p90: 7, max: 7 });
  });

  test('is in order, and of values that occurred', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
        const { min, p50, p90, max } = spreadOf(values)!;
        expect([min, p50, p90, max]).toEqual([min, p50, p90, max].sort((a, b) => a - b));
        for (const value of [min, p50, p90, max]) expect(values).toContain(value);
      }),
    );
  });
});

describe('a verdict', () => {
  const summary = summaryOf([drillRun()], [result(1, 'pass')]);
  test('is pass when every run met everything', () => expect(verdictOf(summary, null)).toBe('pass'));
  test('is fail when one did not', () =>
    expect(verdictOf(summaryOf([drillRun()], [result(1, 'fail')]), null)).toBe('fail'));
  test('is fail when one met with an error', () =>
    expect(verdictOf(summaryOf([drillRun({ error: 'no' })], []), null)).toBe('fail'));
  test('is skip, never pass, when the drill could not be run', () =>
    expect(verdictOf(summaryOf([], []), 'no iptables')).toBe('skip'));
  test('is fail when nothing ran and nobody says why', () =>
    expect(verdictOf(summaryOf([], []), null)).toBe('fail'));
});
