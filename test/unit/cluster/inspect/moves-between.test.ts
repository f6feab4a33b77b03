import { describe, expect, test } from 'vitest';
import {
  isUnchanged,
  movesBetween,
  slotsMovingBetween,
} from '../../../../src/cluster/inspect/moves-between.js';
import { mergeTopology, type NodeEntry } from '../../../../src/cluster/topology.js';
import { changed, healthyEntries, idOf, viewsOf } from '../pictures.js';

const topologyOf = (entries: readonly NodeEntry[]) => mergeTopology(viewsOf(entries));
const still = topologyOf(healthyEntries());
const moved = topologyOf(
  changed(changed(healthyEntries(), 1, { slots: [[1, 5460]] }), 2, { slots: [[0, 0], [5461, 10_922]] }), // prettier-ignore
);
const opened = topologyOf(
  changed(healthyEntries(), 1, { openSlots: [{ slot: 7, state: 'migrating', peer: idOf(3) }] }),
);

describe('between two looks', () => {
  test('nothing moves where nothing differs', () => {
    expect(movesBetween(still, still)).toEqual([]);
    expect(isUnchanged(still, still)).toBe(true);
    expect(slotsMovingBetween(still, still)).toBe(0);
  });

  test('slots that have another owner have moved', () => {
    expect(movesBetween(still, moved)).toEqual([{ from: idOf(1), to: idOf(2) }]);
    expect(isUnchanged(still, moved)).toBe(false);
    expect(slotsMovingBetween(still, moved)).toBe(1);
  });

  test('slots that were open in either look may have moved', () => {
    expect(movesBetween(opened, still)).toEqual([{ from: idOf(1), to: idOf(3) }]);
    expect(movesBetween(still, opened)).toEqual([{ from: idOf(1), to: idOf(3) }]);
    expect(isUnchanged(still, opened)).toBe(false);
    expect(isUnchanged(opened, opened)).toBe(true);
    expect(slotsMovingBetween(opened, still)).toBe(1);
    expect(slotsMovingBetween(still, opened)).toBe(1);
    expect(slotsMovingBetween(opened, opened)).toBe(1);
    expect(slotsMovingBetween(opened, moved)).toBe(2);
  });
});
