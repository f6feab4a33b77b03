import { describe, expect, test } from 'vitest';
import {
  grouped,
  randomFrom,
  sequential,
  uniform,
  zipf,
  type Draw,
} from '../../../../src/bench/load/draw.js';

const DRAWS = 200_000;

function countsOf(draw: Draw, size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (let turn = 0; turn < DRAWS; turn += 1) counts[draw() ?? -1]! += 1;
  return counts;
}

describe('keys are drawn', () => {
  test('uniformly: all alike', () => {
    const counts = countsOf(uniform(100, randomFrom(7)), 100);
    for (const count of counts)
      expect(Math.abs(count - DRAWS / 100)).toBeLessThan(5 * Math.sqrt(DRAWS / 100));
  });

  test.each([1, 2, 100, 5000])("by Zipf's law, of %i", (size) => {
    const weights = Array.from({ length: size }, (_, rank) => (rank + 1) ** -0.99);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const counts = countsOf(zipf(size, randomFrom(7)), size);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(DRAWS);
    for (const rank of [0, 1, 2, 9, 49].filter((one) => one < size)) {
      const expected = (DRAWS * weights[rank]!) / total;
      expect(Math.abs(counts[rank]! - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
    }
  });

  test('in groups: so many of one, then of the next', () => {
    const draw = grouped(95, 10, 4, randomFrom(7));
    const groups = Array.from({ length: 60 }, () => Math.floor(draw()! / 10));
    const [first = 0] = groups;
    expect(groups).toEqual(groups.map((_, index) => (first + Math.floor(index / 4)) % 10));
  });

  test('in order: each once, by all threads together', () => {
    const drawn = [0, 1, 2].flatMap((thread) => {
      const draw = sequential(10, thread, 3);
      return Array.from({ length: 10 }, draw).filter((number) => number !== undefined);
    });
    expect(drawn.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('the same again from the same seed', () => {
    const numbers = (seed: number) => Array.from({ length: 20 }, zipf(1000, randomFrom(seed)));
    expect(numbers(3)).toEqual(numbers(3));
    expect(numbers(3)).not.toEqual(numbers(4));
  });
});
