import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  phasesOf,
  rounded,
  toTimeline,
  type EventKind,
  type TimelineEvent,
} from '../../../src/drills/timeline.js';

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
const TIME = { min: 0, max: 60_000, noNaN: true };

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

  test('says once that a node is suspected, and of each node', () => {
    const suspects = (atMs: number, by: string, whom: string) => ({
      ...event(atMs, 'suspected', by),
      event: `suspects ${whom} (PFAIL)`,
    });
    const events = [
      suspects(5, 'node-1', 'node-2'),
      suspects(6, 'node-3', 'node-2'),
      suspects(7, 'node-1', 'node-4'),
    ];
    expect(toTimeline(events)).toEqual([events[0], events[2]]);
  });

  test('keeps what is said in other words', () => {
    const delayed = (atMs: number, rank: number) => ({
      ...event(atMs, 'election-delayed'),
      event: `election delayed (rank #${rank})`,
    });
    expect(toTimeline([delayed(5, 0), delayed(6, 1), delayed(7, 0)])).toHaveLength(2);
  });

  test('keeps what happens again after another fault', () => {
    const events = [
      event(0, 'injected', 'rcluster'),
      event(5, 'failed'),
      event(900, 'healed', 'rcluster'),
      event(1000, 'injected', 'rcluster'),
      event(1005, 'failed'),
      event(1006, 'failed'),
    ];
    expect(toTimeline(events)).toEqual(events.slice(0, 5));
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

  test('ends where it is told', () => {
    expect(phasesOf(FAILOVER, 1300)).toMatchObject({ recoverMs: 110, outageMs: 1300 });
  });

  test('is undefined when writes went on before anybody took over', () => {
    expect(phasesOf(FAILOVER, 1189)).toBeUndefined();
  });

  test('does not count what was before the injection', () => {
    expect(
      phasesOf([event(-50, 'failed'), event(-20, 'promoted'), event(10, 'first-write')]),
    ).toBeUndefined();
    expect(phasesOf([event(-50, 'failed'), ...FAILOVER])?.detectMs).toBe(620);
  });

  test('sums up to the outage when it is rounded', () => {
    fc.assert(
      fc.property(fc.double(TIME), fc.double(TIME), fc.double(TIME), (detectMs, electMs, recoverMs) => {
        const whole = rounded({ detectMs, electMs, recoverMs, outageMs: detectMs + electMs + recoverMs });
        expect(whole.detectMs + whole.electMs + whole.recoverMs).toBe(whole.outageMs);
        expect(Object.values(whole).every(Number.isInteger)).toBe(true);
        expect(Math.abs(whole.electMs - electMs)).toBeLessThanOrEqual(1);
      }),
    );
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
