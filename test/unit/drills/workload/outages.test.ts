import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutageWatch, outageFloorMs } from '../../../../src/drills/workload/outages.js';
import { WriteLog } from '../../../../src/drills/workload/write-log.js';

const FLOOR = 100;

describe('an outage', () => {
  test('is what is longer than the floor, from the last success to the next', () => {
    const watch = new OutageWatch(FLOOR, 0);
    for (const at of [5, 10, 109]) watch.acknowledged(at);
    for (const at of [500, 1000]) watch.turn(at);
    for (const at of [1500, 1505]) watch.acknowledged(at);
    expect(watch.longestAfter(0)).toEqual({ from: 109, to: 1500, lengthMs: 1391 });
  });

  test('is no gap below the floor in which nothing failed', () => {
    const watch = new OutageWatch(FLOOR, 0);
    for (const at of [5, 100, 190]) watch.acknowledged(at);
    watch.end(195);
    expect(watch.longestAfter(0)).toBeUndefined();
  });

  test('is a shorter gap in which a write failed', () => {
    const watch = new OutageWatch(FLOOR, 0);
    watch.acknowledged(5);
    watch.failed(10);
    watch.acknowledged(25);
    expect(watch.longestAfter(0)).toEqual({ from: 5, to: 25, lengthMs: 20 });
  });

  test('is not made of a failure from before the last success', () => {
    const watch = new OutageWatch(FLOOR, 0);
    watch.acknowledged(50);
    watch.failed(10);
    watch.acknowledged(60);
    expect(watch.longestAfter(0)).toBeUndefined();
  });

  test('is not what this process slept through', () => {
    const asleep = new OutageWatch(FLOOR, 0);
    for (const at of [1, 2, 352]) asleep.turn(at);
    asleep.acknowledged(400);
    expect(asleep.longestAfter(0)).toBeUndefined();
    const before = new OutageWatch(FLOOR, 0);
    before.turn(350);
    before.acknowledged(360);
    for (let at = 361; at < 600; at += 1) before.turn(at);
    before.acknowledged(600);
    expect(before.longestAfter(0)).toEqual({ from: 360, to: 600, lengthMs: 240 });
  });

  test('is what went by over several sleeps', () => {
    const watch = new OutageWatch(FLOOR, 0);
    watch.acknowledged(5);
    for (const at of [300, 600, 900, 1200]) watch.turn(at);
    watch.acknowledged(1500);
    expect(watch.longestAfter(0)).toMatchObject({ lengthMs: 1495 });
  });

  test('without an end lasts until the last write was sent', () => {
    const watch = new OutageWatch(FLOOR, 0);
    watch.acknowledged(5);
    for (let at = 6; at < 700; at += 1) watch.turn(at);
    watch.end(700);
    expect(watch.longestAfter(600)).toEqual({ from: 5, to: null, lengthMs: 695 });
  });

  test('is the longest of those after the moment', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 40 }),
        fc.nat({ max: 5000 }),
        (gaps, moment) => {
          const watch = new OutageWatch(FLOOR, 0);
          let at = 0;
          const ends = gaps.map((lengthMs) => {
            for (const end = at + lengthMs; at < end;) {
              at += 1;
              watch.turn(at);
            }
            watch.acknowledged(at);
            return { lengthMs, at };
          });
          const lengths = ends
            .filter((gap) => gap.at > moment && gap.lengthMs - 1 >= FLOOR)
            .map((gap) => gap.lengthMs);
          expect(watch.longestAfter(moment)?.lengthMs ?? 0).toBe(Math.max(0, ...lengths));
        },
      ),
    );
  });

  test('takes ten beats where writes are rare', () => {
    expect([outageFloorMs(5), outageFloorMs(40)]).toEqual([100, 400]);
  });
});

describe('the first write after a moment', () => {
  test('is the first acknowledged of those that were sent later', () => {
    const log = new WriteLog();
    log.record(100, 101);
    log.record(110, 950);
    log.record(900, 951);
    log.record(940, 960);
    expect(log.firstAfter(50)).toBe(101);
    expect(log.firstAfter(105)).toBe(950);
    expect(log.firstAfter(500)).toBe(951);
    expect(log.firstAfter(941)).toBeUndefined();
  });

  test('is known in hindsight for a minute at the least, to within the spacing', () => {
    const log = new WriteLog();
    for (let at = 0; at < 200_000; at += 1) log.record(at, at + 0.5);
    const first = log.firstAfter(140_000) ?? Infinity;
    expect(first - 140_000).toBeGreaterThan(0);
    expect(first - 140_000).toBeLessThan(6);
  });
});
