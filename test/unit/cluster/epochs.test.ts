import { describe, expect, test } from 'vitest';
import { unsettledEpochs } from '../../../src/cluster/epochs.js';
import type { NodeEntry } from '../../../src/cluster/topology.js';
import { changed, healthyEntries, idOf, viewOf, viewsOf } from './pictures.js';

const healthy = healthyEntries();
const nameOf = (id: string) => `node-${healthy.findIndex((entry) => entry.id === id) + 1}`;
const moves = [
  { from: idOf(1), to: idOf(2) },
  { from: idOf(1), to: idOf(3) },
];
const unsettled = (views: Parameters<typeof unsettledEpochs>[0]) => unsettledEpochs(views, moves, nameOf);
const withEpoch = (number: number, configEpoch: number): NodeEntry[] =>
  changed(healthy, number, { configEpoch });

describe('the epochs of a move', () => {
  test('are settled when each is another, and known', () => {
    expect(unsettled(viewsOf(healthy))).toEqual([]);
  });

  test('are not when a giver has that of another master, taker or not', () => {
    expect(unsettled(viewsOf(withEpoch(1, 2)))).toEqual(['node-1 has the config epoch of node-2']);
    expect(unsettledEpochs(viewsOf(withEpoch(1, 3)), moves.slice(0, 1), nameOf)).toEqual([
      'node-1 has the config epoch of node-3',
    ]);
  });

  test('are not while a taker knows an older one of the giver', () => {
    const views = [1, 2].map((number) => viewOf(number, withEpoch(1, 9)));
    expect(unsettled([...views, viewOf(3, healthy)])).toEqual([
      'node-3 does not know the config epoch of node-1',
    ]);
  });

  test('are settled whatever those who neither give nor take know', () => {
    const views = [1, 2].map((number) => viewOf(number, withEpoch(1, 9)));
    expect(unsettledEpochs([...views, viewOf(3, healthy)], moves.slice(0, 1), nameOf)).toEqual([]);
  });

  test('are settled when only takers have the same, as newcomers do', () => {
    expect(unsettled(viewsOf(withEpoch(2, 3)))).toEqual([]);
  });

  test('are those of masters: a replica says its master’s', () => {
    expect(healthy[3]).toMatchObject({ role: 'replica', configEpoch: 1 });
    expect(unsettled(viewsOf(healthy))).toEqual([]);
  });
});
