import { describe, expect, test } from 'vitest';
import { keySlot } from '../../../../src/cluster/slots.js';
import { planKeys } from '../../../../src/drills/workload/keyspace.js';
import { Latencies } from '../../../../src/drills/workload/latencies.js';
import { ErrorTally } from '../../../../src/base/error-tally.js';
import {
  lifetimeSeconds,
  rateForProbes,
  streamsOf,
  writeBeatMs,
} from '../../../../src/drills/workload/schedule.js';

const SLOTS = [[[0, 5460]], [[5461, 10922]], [[10923, 16383]]] as const;
const plan = (changes: object = {}) =>
  planKeys({ slots: SLOTS, keys: 300, hashTags: false, prefix: 'load', seed: 1, ...changes });

describe('keys', () => {
  test('lie in the slots of their shard, each in one of its own', () => {
    for (const [shard, keys] of plan().entries()) {
      const slots = keys.map(({ name }) => keySlot(name));
      const [[first, last]] = SLOTS[shard]!;
      expect(slots.every((slot) => first <= slot && slot <= last)).toBe(true);
      expect(new Set(slots).size).toBe(100);
      expect(keys.filter(({ kind }) => kind === 'counter')).toHaveLength(10);
    }
  });

  test('share slots with hash tags', () => {
    const [keys = []] = plan({ hashTags: true });
    expect(new Set(keys.map(({ name }) => keySlot(name))).size).toBe(Math.ceil(100 / 16));
  });

  test('come in the order that the seed gives', () => {
    expect(plan()).toEqual(plan());
    expect(plan({ seed: 2 })).not.toEqual(plan());
  });

  test('are a register and a counter at the least', () => {
    const kinds = plan({ keys: 1 }).map((keys) => keys.map(({ kind }) => kind).sort());
    expect(kinds).toEqual(Array.from({ length: 3 }, () => ['counter', 'register']));
  });

  test('outlive the time until their next write', () => {
    const shape = { rate: 10, readRatio: 0, shards: 2, profiles: 1 };
    expect(lifetimeSeconds(shape, 100)).toBe(600);
    expect(lifetimeSeconds(shape, 10_000)).toBe(3000);
  });
});

describe('the schedule', () => {
  const shape = { shards: 3, profiles: 2, readRatio: 0.2 };

  test('adds up to the rate', () => {
    const streams = [0, 1].flatMap((profile) => streamsOf({ ...shape, rate: 1500 }, profile));
    const perSecond = streams.reduce((sum, { periodMs }) => sum + 1000 / periodMs, 0);
    expect(perSecond).toBeCloseTo(1500);
  });

  test('probes every shard every 5 ms at the rate that is said to be enough', () => {
    const rate = rateForProbes(shape);
    expect(rate).toBe(1500);
    expect(writeBeatMs({ ...shape, rate })).toBeCloseTo(5);
  });

  test('never has two requests due at once', () => {
    const streams = [0, 1].flatMap((profile) => streamsOf({ ...shape, rate: 1500 }, profile));
    const offsets = streams.filter(({ isRead }) => !isRead).map(({ offsetMs }) => offsetMs);
    expect(new Set(offsets).size).toBe(offsets.length);
    expect(Math.max(...offsets)).toBeLessThan(5);
  });
});

describe('latencies', () => {
  test('are counted by phase and by the tenth of a second of the answer', () => {
    const latencies = new Latencies(1000);
    latencies.record('before', 1, false, 1050);
    latencies.record('during', 1500, true, 1320);
    latencies.recordUnanswered('during', 3000);
    expect(latencies.phases()).toMatchObject({
      before: { count: 1, max: 1 },
      during: { count: 2 },
      after: null,
    });
    expect(latencies.series().map(({ atMs, ok, errors }) => [atMs, ok, errors])).toEqual([
      [1000, 1, 0],
      [1100, 0, 0],
      [1200, 0, 0],
      [1300, 0, 1],
    ]);
    expect(latencies.series()[1]).toMatchObject({ bucketMs: 100, p50: null, p99: null });
  });

  test('of the last second forget what came before', () => {
    const latencies = new Latencies(0);
    for (let at = 0; at < 3000; at += 10) latencies.record('before', at < 1000 ? 50 : 2, at >= 2900, at);
    latencies.advance(3000);
    expect(latencies.recent()).toMatchObject({ ok: 90, errors: 10 });
    expect(latencies.recent().p99Ms).toBeCloseTo(2, 1);
    latencies.advance(5000);
    expect(latencies.recent()).toEqual({ ok: 0, errors: 0, p99Ms: null });
  });

  test('keep their percentiles to within a thousandth', () => {
    const latencies = new Latencies(0);
    for (let ms = 1; ms <= 1000; ms += 1) latencies.record('after', ms, false, 0);
    const { p50, p90, p99, p999, max } = latencies.phases().after!;
    for (const [value, wanted] of [
      [p50, 500],
      [p90, 900],
      [p99, 990],
      [p999, 999],
      [max, 1000],
    ] as const)
      expect(Math.abs(value - wanted) / wanted).toBeLessThan(0.001);
  });
});

describe('errors', () => {
  test('count by what they say, wherever they point', () => {
    const errors = new ErrorTally();
    for (const slot of [1, 2]) errors.add(new Error(`MOVED ${slot} 127.0.0.1:700${slot}`));
    errors.add(new TypeError('no'));
    expect(errors.list()).toEqual([
      { message: 'MOVED', count: 2 },
      { message: 'TypeError: no', count: 1 },
    ]);
  });

  test('of too many kinds count together', () => {
    const errors = new ErrorTally();
    for (let kind = 0; kind < 60; kind += 1) errors.add(new Error(`kind ${kind}`));
    expect(errors.list()).toHaveLength(51);
    expect(errors.list()[0]).toEqual({ message: 'others', count: 10 });
  });
});
