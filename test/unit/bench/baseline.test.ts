import { describe, expect, test } from 'vitest';
import { compareWithBaseline } from '../../../src/bench/baseline.js';
import type { Baseline } from '../../../src/config/bench-baseline.js';
import type { BenchResult } from '../../../src/reports/bench/model.js';
import { reportWith, resultWith } from './results.js';

const before = { version: 1, ...reportWith(resultWith(100_000, { p99: 2 })) } as unknown as Baseline;
const against = (result: BenchResult) => compareWithBaseline(reportWith(result), before, 0.1, 'main.json');

describe('a run against an earlier one', () => {
  test.each<[string, BenchResult, 'pass' | 'fail']>([
    ['the same', resultWith(100_000), 'pass'],
    ['better', resultWith(150_000, { p99: 1 }), 'pass'],
    ['a little slower', resultWith(91_000), 'pass'],
    ['too slow', resultWith(89_000), 'fail'],
    ['too late', resultWith(100_000, { p99: 2.3 }), 'fail'],
    ['with failures', { ...resultWith(100_000), failed: 5000 }, 'fail'],
  ])('%s: %s', (_, result, verdict) => {
    expect(against(result).verdict).toBe(verdict);
  });

  test('says in which figure, and by how much', () => {
    const [throughput, p99] = against(resultWith(50_000)).figures;
    expect(throughput).toMatchObject({ name: 'throughput', before: 100_000, now: 50_000, worsening: 0.5 });
    expect(p99).toMatchObject({ name: 'p99', worsening: 0, verdict: 'pass' });
  });

  test('says in which settings they differ', () => {
    const report = reportWith(resultWith(100_000));
    const other = { ...report, load: { ...report.load, clients: 10 } };
    expect(compareWithBaseline(other, before, 0.1, 'main.json').differences).toEqual([
      'clients was 50 and is 10',
    ]);
    expect(against(resultWith(1)).differences).toEqual([]);
  });
});
