import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { phasesOf, toTimeline, type EventKind, type TimelineEvent } from '../../../src/drills/timeline.js';

const event = (atMs: number, kind: EventKind, node = 'node-1'): TimelineEvent => ({
  atMs,
  node,
  kind,
  event: kind,
});

const FAILOVER = [
  event(0, 'killed', 'node-2'),
  event(310, 'suspected', 'node-1'),
  event(620, 'failed', 'node-3'),
  event(625, 'election-delayed', 'node-5'),
  event(1180, 'election-started', 'node-5'),
  event(1183, 'vote', 'node-1'),
  event(1190, 'promoted', 'node-5'),
  event(1240, 'first-write', 'client'),
  event(1260, 'all-slots', 'client'),
];

const anyEvent = fc.record({
  atMs: fc.nat(5000),
  node: fc.constantFrom('node-1', 'node-2', 'client'),
  kind: fc.constantFrom<EventKind>('failed', 'vote', 'promoted', 'serving-again', 'first-write'),
  event: fc.constant(''),
});
const anyEvents = fc.array(anyEvent);

describe('toTimeline', () => {
  test('puts events into their order', () => {
    expect(toTimeline([...FAILOVER].reverse())).toEqual(FAILOVER);
  });

  test('keeps the first of a kind of each node', () => {
    const events = [event(7, 'vote', 'node-1'), event(5, 'vote', 'node-1'), event(6, 'vote', 'node-3')];
    expect(toTimeline(events)).toEqual([event(5, 'vote', 'node-1'), event(6, 'vote', 'node-3')]);
  });

  test('says once that the cluster serves again', () => {
    const events = [event(7, 'serving-again', 'node-1'), event(5, 'serving-again', 'node-3')];
    expect(toTimeline(events)).toEqual([event(5, 'serving-again', 'node-3')]);
  });

  test('leaves what it is given as it is', () => {
    const events = [event(7, 'vote'), event(5, 'failed')];
    toTimeline(events);
    expect(events).toEqual([event(7, 'vote'), event(5, 'failed')]);
  });

  test('of a timeline is the timeline', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const timeline = toTimeline(events);
        expect(toTimeline(timeline)).toEqual(timeline);
      }),
    );
  });
});

describe('phasesOf', () => {
  test('splits the outage at the failure and the promotion', () => {
    expect(phasesOf(FAILOVER)).toEqual({ detectMs: 620, electMs: 570, recoverMs: 50, outageMs: 1240 });
  });

  test('goes by the first to call the node failed', () => {
    expect(phasesOf(toTimeline([...FAILOVER, event(600, 'failed', 'node-1')]))?.detectMs).toBe(600);
  });

  test.each(['failed', 'promoted', 'first-write'] as const)('is undefined while %s is missing', (kind) => {
    expect(phasesOf(FAILOVER.filter((other) => other.kind !== kind))).toBeUndefined();
  });

  test('sums up to the outage, which ends with the first write', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const timeline = toTimeline(events);
        const phases = phasesOf(timeline);
        fc.pre(phases !== undefined);
        const { detectMs, electMs, recoverMs, outageMs } = phases;
        expect(detectMs + electMs + recoverMs).toBe(outageMs);
        expect(outageMs).toBe(timeline.find(({ kind }) => kind === 'first-write')?.atMs);
      }),
    );
  });
});
