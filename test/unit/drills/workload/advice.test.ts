import { describe, expect, test } from 'vitest';
import { adviceFor } from '../../../../src/drills/workload/advice.js';
import { NO_ANSWER } from '../../../../src/drills/workload/generator.js';
import { outcomeOf, type Observed } from '../../../../src/drills/workload/outcome.js';
import { profileNamed, settingsOf } from '../../../../src/redis/profiles.js';
import { thrownBy } from '../../helpers/errors.js';

const WRITES = {
  attempted: 10,
  acknowledged: 10,
  failed: 0,
  lost: 0,
  unacknowledgedPresent: 0,
  duplicated: 0,
};
const READS = { attempted: 5, failed: 0, stale: 0 };

function observed(name: string, changes: Partial<Observed> = {}): Observed {
  const seen = {
    shards: [{ writes: WRITES, reads: READS, outage: null }],
    latency: { before: null, during: null, after: null },
    series: [{ atMs: 1000, bucketMs: 100, ok: 1, errors: 0, p50: 1, p99: 1 }],
    errors: [],
    schedulingDelayP99Ms: 1,
  };
  const settings = settingsOf(profileNamed(name));
  return { ...outcomeOf({ name, settings }, seen, ['node-1'], 1500), ...changes };
}

const advice = (seen: Observed, waitReplicas = 0, ...others: Observed[]) =>
  adviceFor(seen, [seen, ...others], waitReplicas).join('\n');

describe('advice', () => {
  test('is not given where nothing went wrong', () => {
    expect(advice(observed('default'), 0, observed('tuned'))).toBe('');
  });

  test.each<[string, Partial<Observed>, string]>([
    [
      'more attempts for requests that gave up',
      {
        errors: [
          { message: 'Too many Cluster redirections. Last error: Error: Connection is closed.', count: 7 },
        ],
      },
      '7 requests gave up after 16 attempts, 100 ms apart',
    ],
    [
      'timeouts for requests into silence',
      { errors: [{ message: NO_ANSWER, count: 3 }] },
      '3 requests got no answer at all: commandTimeout',
    ],
    [
      'a patient refresh for a client that lost all nodes',
      { errors: [{ message: 'ClusterAllFailedError: Failed to refresh slots cache.', count: 1 }] },
      'slotsRefreshTimeout (1000 ms)',
    ],
    ['WAIT for lost writes', { writes: { ...WRITES, lost: 2 } }, 'WAIT 1'],
    ['no repetition for increments', { writes: { ...WRITES, duplicated: 1 } }, 'retryDelayOnFailover 0'],
  ])('is %s', (_, changes, sentence) => {
    expect(advice(observed('default', changes))).toContain(sentence);
  });

  test('is what the tuned client has, where that came back earlier', () => {
    const late = observed('default', { outageMs: 3000, writes: { ...WRITES, failed: 4 } });
    const text = advice(late, 0, observed('tuned', { outageMs: 1500 }));
    expect(text).toContain('wrote again 1.5 s earlier, with 0 failed requests instead of 4');
    expect(text).toContain('socketTimeout 500');
  });

  test('depends on whether a timeout was shorter than the outage', () => {
    const errors = [{ message: 'Command timed out', count: 2 }];
    expect(advice(observed('tuned', { errors, outageMs: 5000 }))).toContain(
      'a commandTimeout above the outage',
    );
    expect(advice(observed('tuned', { errors, outageMs: 900 }))).toContain(
      'try them again in the application',
    );
  });

  test('on lost writes is none where WAIT was used', () => {
    expect(advice(observed('default', { writes: { ...WRITES, lost: 2 } }), 1)).toBe('');
  });
});

describe('an outcome', () => {
  test('counts from the injection, and adds the shards up', () => {
    const seen = {
      shards: [
        { writes: { ...WRITES, lost: 1 }, reads: READS, outage: { from: 1400, to: 2900, lengthMs: 1500 } },
        { writes: WRITES, reads: READS, outage: null },
        { writes: WRITES, reads: READS, outage: { from: 2000, to: null, lengthMs: 700 } },
      ],
      latency: { before: null, during: null, after: null },
      series: [{ atMs: 1000, bucketMs: 100, ok: 1, errors: 0, p50: 1, p99: 1 }],
      errors: [],
      schedulingDelayP99Ms: 1,
    };
    const outcome = outcomeOf({ name: 'default', settings: {} }, seen, ['a', 'b', 'c'], 1500);
    expect(outcome).toMatchObject({
      outageMs: 1500,
      writes: { attempted: 30, lost: 1 },
      reads: { attempted: 15 },
    });
    expect(outcome.series[0]?.atMs).toBe(-500);
    expect(
      outcome.shards.map(({ master, outageMs, firstWriteAtMs }) => [master, outageMs, firstWriteAtMs]),
    ).toEqual([
      ['a', 1500, 1400],
      ['b', 0, null],
      ['c', 700, null],
    ]);
  });
});

describe('a profile', () => {
  test('is described by what differs from ioredis, as plain data', () => {
    expect(settingsOf(profileNamed('default'))).toEqual({});
    const settings = settingsOf(profileNamed('tuned'));
    expect(settings).toMatchObject({ commandTimeout: 2000, socketTimeout: 500, slotsRefreshTimeout: 500 });
    expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
  });

  test('that there is not is refused', () => {
    expect(thrownBy(() => profileNamed('eager'))).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
