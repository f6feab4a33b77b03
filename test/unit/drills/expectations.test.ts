import { describe, expect, test } from 'vitest';
import { METRICS, parseExpectation } from '../../../src/config/expectation.js';
import { evaluate } from '../../../src/drills/expectations.js';
import type { DrillRun } from '../../../src/reports/model.js';
import { drillRun, latency, profile } from './runs.js';

const held = (text: string, run: DrillRun = drillRun()) => {
  const { verdict, measured } = evaluate(parseExpectation(text), run);
  return [verdict, measured];
};

/** For each metric an expectation that the run meets and one that it misses. */
const CASES: readonly (readonly [string, string, string])[] = [
  ['outage < 2s', 'outage < 1s', '1.42 s'],
  ['outage(tuned) <= 1500ms', 'outage(tuned) < 1500ms', '1.5 s'],
  ['outage(default) < 3s', 'outage(default) < 2s', '2.5 s'],
  ['detect < 1s', 'detect < 600ms', '620 ms'],
  ['elect < 1s', 'elect < 500ms', '700 ms'],
  ['recover <= 100ms', 'recover < 100ms', '100 ms'],
  ['p50 < 11ms', 'p50 < 10ms', '10 ms'],
  ['p50(before) < 2ms', 'p50(before) > 2ms', '1 ms'],
  ['p90 < 21ms', 'p90 < 20ms', '20 ms'],
  ['p99(tuned, after) < 20ms', 'p99(tuned, after) < 5ms', '5 ms'],
  ['p99.9 <= 100ms', 'p99.9 < 100ms', '100 ms'],
  ['longest-write < 1s', 'longest-write < 100ms', '200 ms'],
  ['scheduling-delay < 5ms', 'scheduling-delay < 1ms', '2 ms'],
  ['errors < 1%', 'errors < 0.1%', '0.5 %'],
  ['errors == 20', 'errors == 0', '20'],
  ['errors(tuned) == 10', 'errors(tuned) == 20', '10'],
  ['attempted == 2000', 'attempted > 2000', '2000'],
  ['acknowledged > 100', 'acknowledged < 100', '1980'],
  ['failed <= 20', 'failed == 0', '20'],
  ['lost == 0', 'lost > 0', '0'],
  ['unacknowledged == 4', 'unacknowledged == 0', '4'],
  ['duplicated != 0', 'duplicated == 0', '2'],
  ['stale == 0', 'stale != 0', '0'],
  ['promoted == 1', 'promoted == 0', '1'],
];

describe('an expectation can be met, and can be missed:', () => {
  test.each(CASES)('%s, and not %s', (met, missed, measured) => {
    expect(held(met)).toEqual(['pass', measured]);
    expect(held(missed)).toEqual(['fail', measured]);
  });

  test('there is a case for every metric', () => {
    const named = new Set(CASES.map(([met]) => parseExpectation(met).metric));
    expect([...named].sort()).toEqual(Object.keys(METRICS).sort());
  });
});

describe('what was not measured is not as expected:', () => {
  const limit = { duration: '1000s', count: '0', share: '0' };
  const either = Object.entries(METRICS).flatMap(([name, { unit }]) => [
    `${name} < ${limit[unit]}`,
    `${name} >= ${limit[unit]}`,
  ]);

  test.each(either)('%s, of a run that was cut short', (text) => {
    expect(held(text, drillRun({ profiles: [], error: 'the engine went away' }))).toEqual(['fail', null]);
  });

  const idle = profile('tuned', {
    writes: { attempted: 0, acknowledged: 0, failed: 0, lost: 0, unacknowledgedPresent: 0, duplicated: 0 },
    reads: { attempted: 0, failed: 0, stale: 0 },
    latency: { before: null, during: null, after: null },
  });
  test.each([
    'lost == 0',
    'duplicated == 0',
    'unacknowledged == 0',
    'failed == 0',
    'stale == 0',
    'errors == 0',
    'errors < 1%',
    'p99 < 1m',
    'longest-write < 1m',
  ])('%s, where nothing was sent', (text) => {
    expect(held(text, drillRun({ profiles: [idle] }))).toEqual(['fail', null]);
  });

  test.each(['outage < 1m', 'detect < 1m', 'elect < 1m', 'recover < 1m'])(
    '%s, where nothing took over',
    (text) => {
      const run = drillRun({ outageMs: null, detectMs: null, electMs: null, recoverMs: null });
      expect(held(text, run)).toEqual(['fail', null]);
    },
  );

  test('a profile that did not run', () => {
    expect(held('lost(default) == 0', drillRun({ profiles: [profile('tuned')] }))).toEqual(['fail', null]);
  });

  test('a phase without requests', () => {
    const run = drillRun({
      profiles: [profile('tuned', { latency: { before: latency(1), during: null, after: latency(1) } })],
    });
    expect(held('p99(during) < 1m', run)).toEqual(['fail', null]);
    expect(held('p99 < 1m', run)).toEqual(['pass', '5 ms']);
  });
});

test('a result says which run it is of', () => {
  expect(evaluate(parseExpectation(' lost == 0 '), drillRun({ number: 3 }))).toEqual({
    run: 3,
    text: 'lost == 0',
    measured: '0',
    verdict: 'pass',
  });
});
