import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countReplicas, placeReplicas } from '../../../src/cluster/replica-placement.js';
import { masters, mergeTopology } from '../../../src/cluster/topology.js';
import { changed, healthyEntries, idOf, viewsOf } from './pictures.js';

const having = (...counts: number[]) =>
  counts.map((replicas, index) => ({ master: idOf(index + 1), replicas }));

describe('placeReplicas', () => {
  test('goes to the master with fewest', () => expect(placeReplicas(having(1, 0, 1), 1)).toEqual([idOf(2)]));
  test('goes to the first of several', () => expect(placeReplicas(having(1, 1), 1)).toEqual([idOf(1)]));
  test('counts what it has placed', () => {
    expect(placeReplicas(having(2, 0, 1), 5)).toEqual([2, 2, 3, 1, 2].map(idOf));
  });
  test('places none when none are asked for', () => expect(placeReplicas(having(0), 0)).toEqual([]));
  test('places none without masters', () => expect(placeReplicas([], 3)).toEqual([]));

  test('never makes the counts differ more than before, or by more than one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }), fc.nat(40), (counts, count) => {
        const placed = placeReplicas(having(...counts), count);
        const after = counts.map(
          (before, index) => before + placed.filter((id) => id === idOf(index + 1)).length,
        );
        const spread = (list: readonly number[]) => Math.max(...list) - Math.min(...list);
        expect(placed).toHaveLength(count);
        expect(spread(after)).toBeLessThanOrEqual(Math.max(1, spread(counts)));
        // Who got one has no more than one above the poorest.
        after.forEach((total, index) => {
          if (total > counts[index]!) expect(total - Math.min(...after)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});

describe('countReplicas', () => {
  const topology = mergeTopology(viewsOf(changed(healthyEntries(3, 2), 4, { flags: ['slave', 'fail'] })));
  const counts = (leaving: string[]) =>
    countReplicas(topology, masters(topology), leaving).map(({ replicas }) => replicas);

  test('leaves out who has failed', () => expect(counts([])).toEqual([1, 2, 2]));
  test('leaves out who is leaving', () => expect(counts([idOf(5), idOf(8)])).toEqual([1, 0, 2]));
});
