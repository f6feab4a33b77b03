import { describe, expect, test } from 'vitest';
import { Durations } from '../../../src/base/durations.js';

describe('durations', () => {
  test('are the same when they have come from another thread', () => {
    const durations = new Durations();
    for (let ms = 1; ms <= 1000; ms += 1) durations.record(ms, 3);
    expect(Durations.decoded(durations.encoded()).summary()).toEqual(durations.summary());
  });

  test('of several threads are those of all of them', () => {
    const [left, right, both] = [new Durations(), new Durations(), new Durations()];
    for (let ms = 1; ms <= 500; ms += 1) {
      left.record(ms);
      right.record(ms * 4);
      both.record(ms);
      both.record(ms * 4);
    }
    const sum = new Durations();
    for (const part of [left, right]) sum.add(Durations.decoded(part.encoded()));
    expect(sum.summary()).toEqual(both.summary());
    expect(sum.percentile(100)).toBeCloseTo(2000, 0);
  });

  test('are none when there are none', () => {
    expect(new Durations().summary()).toBeNull();
    expect(new Durations().percentile(99)).toBeNull();
  });
});
