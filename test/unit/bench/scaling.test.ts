import { describe, expect, test } from 'vitest';
import { scalingRows, scalingVerdict, spreadOf } from '../../../src/bench/scaling.js';
import { resultWith } from './results.js';

const runs = (by: 'cores' | 'node' | 'load' | 'network') => [
  {
    topology: 'single' as const,
    maxmemoryBytes: 100,
    results: [90_000, 110_000, 100_000].map((ops) => resultWith(ops, { cpuSeconds: 10, by: 'node' })),
  },
  {
    topology: 3,
    maxmemoryBytes: 100,
    results: [240_000, 250_000, 150_000].map((ops) => resultWith(ops, { cpuSeconds: 20, masters: 3, by })),
  },
];

describe('topologies beside each other', () => {
  test('are told by the median round, and the first is what the others are held against', () => {
    const [single, three] = scalingRows(runs('cores'));
    expect(single).toMatchObject({
      topology: 'single',
      opsPerSecond: { median: 100_000, min: 90_000, max: 110_000 },
      factor: 1,
      efficiency: 1,
      memoryLimitBytes: 100,
    });
    expect(three).toMatchObject({ topology: '3 masters', factor: 2.4, memoryLimitBytes: 300 });
    expect(three!.efficiency).toBeCloseTo(0.8);
    expect(three!.use.load).toBeCloseTo(0.8);
  });

  test('the projection is the masters times what a second of their processor time was good for', () => {
    const [single, three] = scalingRows(runs('cores'));
    expect(single!.projectedOpsPerSecond).toBeCloseTo(100_000);
    expect(three!.projectedOpsPerSecond).toBeCloseTo((3 * 2_400_000) / 20);
  });

  test('replicas do not count for the projection, since they have machines of their own', () => {
    const result = resultWith(100_000, { cpuSeconds: 10 });
    const replica = { ...result.nodes[0]!, role: 'replica' as const, cpuSeconds: 90 };
    const withReplica = { ...result, nodes: [...result.nodes, replica] };
    const [row] = scalingRows([{ topology: 1, maxmemoryBytes: 0, results: [withReplica] }]);
    expect(row!.projectedOpsPerSecond).toBeCloseTo(100_000);
    expect(row!.memoryLimitBytes).toBeNull();
  });
});

describe('whether they tell of scaling', () => {
  test('they do when the nodes were the limit', () => {
    expect(scalingVerdict(scalingRows(runs('node')), 16)).toMatchObject({ showsScaling: true });
  });

  test.each(['cores', 'load', 'network'] as const)('they do not when the limit was: %s', (by) => {
    const { showsScaling, why } = scalingVerdict(scalingRows(runs(by)), 2);
    expect(showsScaling).toBe(false);
    expect(why[0]).toMatch(/^This run cannot show scaling: with 3 masters /);
    expect(why.at(-1)).toMatch(/not a measurement/);
  });
});

test('of an even number of rounds the median is one that there was', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2, min: 1, max: 4 });
});
