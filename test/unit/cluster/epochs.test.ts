import { describe, expect, test } from 'vitest';
import { unsettledEpochs } from '../../../src/cluster/epochs.js';
import type { NodeEntry } from '../../../src/cluster/topology.js';
import { changed, healthyEntries, idOf, viewOf, viewsOf } from './pictures.js';

const healthy = healthyEntries();
const nameOf = (id: string) => `node-${healthy.findIndex((entry) => entry.id === id) + 1}`;
const unsettled = (views: Parameters<typeof unsettledEpochs>[0]) => unsettledEpochs(views, [idOf(1)], nameOf);
const withEpoch = (number: number, configEpoch: number): NodeEntry[] =>
  changed(healthy, number, { configEpoch });

describe('the epochs of a move from node-1', () => {
  test('are settled when each is another, and known', () => {
    expect(unsettled(viewsOf(healthy))).toEqual([]);
  });

  test('are not when it has that of another master', () => {
    expect(unsettled(viewsOf(withEpoch(1, 2)))).toEqual(['node-1 has the config epoch of node-2']);
  });

  test('are not while a master knows an older one, and could come to have the same', () => {
    const views = [1, 2].map((number) => viewOf(number, withEpoch(1, 9)));
    expect(unsettled([...views, viewOf(3, healthy)])).toEqual([
      'node-3 does not know the config epoch of node-1',
    ]);
  });

  test('are settled when only others have the same, as newcomers do', () => {
    expect(unsettled(viewsOf(withEpoch(2, 3)))).toEqual([]);
  });

  test('are those of masters: a replica says its master’s, and what it knows does not matter', () => {
    expect(healthy[3]).toMatchObject({ role: 'replica', configEpoch: 1 });
    const views = [1, 2, 3].map((number) => viewOf(number, withEpoch(1, 9)));
    expect(unsettled([...views, viewOf(4, healthy)])).toEqual([]);
  });
});
