import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lanesOf, type LaneState, type Look } from '../../../src/drills/lanes.js';

const look = (atMs: number, state: LaneState, node = 'node-1'): Look => ({ atMs, node, state });
const span = (fromMs: number, toMs: number, state: LaneState) => ({ fromMs, toMs, state });

describe('a lane', () => {
  test('is of what a node was until it was something else', () => {
    const looks = [look(-100, 'master'), look(0, 'master'), look(50, 'down'), look(900, 'replica')];
    expect(lanesOf(['node-1'], looks, [], 1000)).toEqual([
      {
        node: 'node-1',
        spans: [span(-100, 50, 'master'), span(50, 900, 'down'), span(900, 1000, 'replica')],
      },
    ]);
  });

  test('shows what was done to the node rather than what it says', () => {
    const struck = { node: 'node-1', fromMs: 10, toMs: 500, state: 'cut-off' } as const;
    const looks = [look(-100, 'master'), look(200, 'down'), look(600, 'replica')];
    expect(lanesOf(['node-1'], looks, [struck], 1000)[0]?.spans).toEqual([
      span(-100, 10, 'master'),
      span(10, 500, 'cut-off'),
      span(500, 600, 'down'),
      span(600, 1000, 'replica'),
    ]);
  });

  test('is there for each node, in the order given', () => {
    const looks = [look(0, 'replica', 'node-2'), look(0, 'master')];
    const struck = { node: 'node-2', fromMs: 0, toMs: 10, state: 'paused' } as const;
    expect(lanesOf(['node-2', 'node-1', 'node-3'], looks, [struck], 10)).toEqual([
      { node: 'node-2', spans: [span(0, 10, 'paused')] },
      { node: 'node-1', spans: [span(0, 10, 'master')] },
      { node: 'node-3', spans: [] },
    ]);
  });

  test('has neither gaps nor overlaps, and no two spans of the same state side by side', () => {
    const states = fc.constantFrom<LaneState>('master', 'replica', 'down');
    const looks = fc.array(
      fc.record({ atMs: fc.integer({ min: -100, max: 900 }), node: fc.constant('node-1'), state: states }),
      {
        minLength: 1,
      },
    );
    const struck = fc.array(
      fc
        .tuple(fc.integer({ min: -50, max: 900 }), fc.integer({ min: 1, max: 300 }))
        .map(([fromMs, length]) => ({
          node: 'node-1',
          fromMs,
          toMs: fromMs + length,
          state: 'paused' as const,
        })),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(looks, struck, (seen, afflictions) => {
        const spans = lanesOf(['node-1'], seen, afflictions, 1000)[0]?.spans ?? [];
        expect(spans[0]?.fromMs).toBe(Math.min(...seen.map(({ atMs }) => atMs)));
        expect(spans.at(-1)?.toMs).toBe(1000);
        spans.slice(1).forEach((next, index) => {
          expect(next.fromMs).toBe(spans[index]?.toMs);
          expect(next.state).not.toBe(spans[index]?.state);
        });
      }),
    );
  });
});
