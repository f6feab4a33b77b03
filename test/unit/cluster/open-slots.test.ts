import { describe, expect, test } from 'vitest';
import { planOpenSlots } from '../../../src/cluster/open-slots.js';
import { mergeTopology, type OpenSlot } from '../../../src/cluster/topology.js';
import { changed, healthyEntries, idOf, viewsOf } from './pictures.js';

/** A healthy cluster, node-1 owning slots from 0 on, with these marks; by the number of the node that has them. */
function planWith(marks: Readonly<Record<number, readonly OpenSlot[]>>) {
  const views = viewsOf(healthyEntries()).map((view, index) => ({
    ...view,
    entries: changed(view.entries, index + 1, { openSlots: marks[index + 1] ?? [] }),
  }));
  return planOpenSlots(mergeTopology(views));
}

const migrating = (slot: number, to: number): OpenSlot => ({ slot, state: 'migrating', peer: idOf(to) });
const importing = (slot: number, from: number): OpenSlot => ({ slot, state: 'importing', peer: idOf(from) });

describe('planOpenSlots', () => {
  test('has nothing to do when no slot is open', () => {
    expect(planWith({})).toEqual({ moves: [], stale: [] });
  });

  test('finishes a move that both sides know of, once', () => {
    expect(planWith({ 1: [migrating(7, 2)], 2: [importing(7, 1)] })).toEqual({
      moves: [{ from: idOf(1), to: idOf(2), slots: [[7, 7]] }],
      stale: [],
    });
  });

  test('finishes a move that only the source knows of', () => {
    expect(planWith({ 1: [migrating(7, 2)] }).moves).toEqual([
      { from: idOf(1), to: idOf(2), slots: [[7, 7]] },
    ]);
  });

  test('finishes a move that only the target knows of', () => {
    expect(planWith({ 2: [importing(7, 1)] }).moves).toEqual([
      { from: idOf(1), to: idOf(2), slots: [[7, 7]] },
    ]);
  });

  test('gathers the slots of one source and target into one move', () => {
    const marks = { 1: [migrating(8, 2), migrating(7, 2), migrating(20, 3)] };
    expect(planWith(marks).moves).toEqual([
      { from: idOf(1), to: idOf(2), slots: [[7, 8]] },
      { from: idOf(1), to: idOf(3), slots: [[20, 20]] },
    ]);
  });

  test('calls the mark of a target that owns the slot already stale', () => {
    expect(planWith({ 1: [importing(7, 2)] })).toEqual({ moves: [], stale: [{ node: idOf(1), slot: 7 }] });
  });

  test('calls the mark of a source that does not own the slot stale', () => {
    expect(planWith({ 2: [migrating(7, 3)] })).toEqual({ moves: [], stale: [{ node: idOf(2), slot: 7 }] });
  });

  test('calls a move to a node that is not known stale', () => {
    expect(planWith({ 1: [migrating(7, 99)] })).toEqual({ moves: [], stale: [{ node: idOf(1), slot: 7 }] });
  });

  test('calls a move to a replica stale', () => {
    expect(planWith({ 1: [migrating(7, 4)] })).toEqual({ moves: [], stale: [{ node: idOf(1), slot: 7 }] });
  });
});
