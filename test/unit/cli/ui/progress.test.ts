import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ProgressEvent } from '../../../../src/base/events.js';
import { plainLines } from '../../../../src/cli/ui/progress.js';

/** What is written where there is no terminal. */
function linesOf(...events: ProgressEvent[]): string[] {
  const stream = new PassThrough();
  const progress = plainLines(stream);
  for (const event of events) progress.show(event);
  progress.end();
  return String(stream.read() ?? '')
    .split('\n')
    .slice(0, -1);
}

const booting = (done: number): ProgressEvent => ({
  type: 'progress',
  text: 'booting 6 nodes',
  done,
  total: 6,
  unit: 'nodes',
});

describe('without a terminal', () => {
  test('a step is a line', () => {
    expect(linesOf({ type: 'step', text: 'forming the cluster' })).toEqual(['forming the cluster']);
  });

  test.each(['notice', 'warning'] as const)('a %s says what it is', (type) => {
    expect(linesOf({ type, text: 'look' })).toEqual([`${type}: look`]);
  });

  test('a step that is repeated is said once', () => {
    expect(linesOf({ type: 'step', text: 'a' }, { type: 'step', text: 'a' })).toEqual(['a']);
  });

  test('a fast progress is its first line alone, not a line an event', () => {
    expect(linesOf(booting(0), booting(1), booting(2))).toEqual(['booting 6 nodes']);
  });
});
