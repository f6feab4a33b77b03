import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apportion } from '../../../src/cluster/apportion.js';

/** The parts of a, b, c, ... whose weights and holdings are given. */
const parts = (total: number, weights: readonly number[], held: readonly number[] = []) => {
  const ids = weights.map((_, index) => String.fromCharCode(97 + index));
  const claims = weights.map((weight, index) => ({ id: ids[index]!, weight, held: held[index] ?? 0 }));
  const divided = apportion(total, claims);
  return ids.map((id) => divided.get(id));
};

describe('apportion', () => {
  test.each([
    [12, [1, 2, 3], [], [2, 4, 6], 'what divides evenly'],
    [10, [1, 1, 1], [], [4, 3, 3], 'the odd one goes to the lower id'],
    [10, [1, 1, 1], [3, 3, 4], [3, 3, 4], 'the odd one stays'],
    [11, [1, 1, 1], [3, 3, 9], [4, 3, 4], 'of two odd ones, one stays'],
    [10, [1, 4], [2, 8], [2, 8], 'different weights'],
    [10, [1, 3], [2, 8], [2, 8], 'equal remainders of different weights: the odd one stays here'],
    [10, [1, 3], [3, 7], [3, 7], 'and there'],
    [100, [7, 7, 6, 0], [], [35, 35, 30, 0], 'weight 0'],
    [3, [5, 3, 2], [], [1, 1, 1], 'remainders before quotas'],
    [0, [1, 2], [], [0, 0], 'nothing'],
  ])('%i by %j, held %j, are %j: %s', (total, weights, held, expected) => {
    expect(parts(total, weights, held)).toEqual(expected);
  });

  test('no division whose odd ones go to the largest remainders moves fewer', () => {
    const claim = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(20));
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1, maxLength: 6 }), (claims) => {
        const weights = claims.map(([weight]) => weight);
        const held = claims.map(([, count]) => count);
        const total = held.reduce((sum, count) => sum + count, 0);
        const all = weights.reduce((sum, weight) => sum + weight, 0);
        const remainders = weights.map((weight) => (total * weight) % all);
        const quotas = weights.map((weight) => Math.floor((total * weight) / all));
        const odd = total - quotas.reduce((sum, quota) => sum + quota, 0);
        const remaindersOf = (chosen: readonly boolean[]) =>
          remainders.reduce((sum, remainder, index) => sum + (chosen[index] === true ? remainder : 0), 0);
        const choices = Array.from({ length: 2 ** claims.length }, (_, bits) =>
          claims.map((_claim, index) => Boolean(bits & (1 << index))),
        ).filter((chosen) => chosen.filter(Boolean).length === odd);
        const most = Math.max(...choices.map(remaindersOf));
        const moved = (shares: readonly number[]) =>
          shares.reduce((sum, share, index) => sum + Math.max(0, held[index]! - share), 0);
        const costs = choices
          .filter((chosen) => remaindersOf(chosen) === most)
          .map((chosen) => moved(quotas.map((quota, index) => quota + Number(chosen[index]))));
        expect(moved(parts(total, weights, held).map(Number))).toBe(Math.min(...costs));
      }),
    );
  });
});
