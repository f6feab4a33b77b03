import { describe, expect, test } from 'vitest';
import type { DrillReport, Verdict } from '../../../src/reports/model.js';
import {
  adviceOf,
  expectationsOf,
  phasesOf,
  reasonOf,
  runToShow,
  spanOf,
  verdictOf,
} from '../../../src/reports/outcome.js';
import { killMaster, singleRun, skipped, withNulls } from './fixtures.js';

describe('the reason', () => {
  const withVerdicts = (verdict: Verdict): DrillReport => {
    const report = singleRun();
    return { ...report, expectations: report.expectations.map((result) => ({ ...result, verdict })) };
  };

  test.each([
    [
      'names the run that failed and what it measured',
      killMaster(),
      'outage < 2s was missed in run 3 (2.12 s)',
    ],
    ['says that all went well', singleRun(), 'all 4 expectations were met in the run'],
    [
      'says what could not be checked',
      withVerdicts('skip'),
      /^not checked: outage < 2s, promoted == 1, .* and errors/,
    ],
    [
      'says that nothing was expected',
      { ...singleRun(), expectations: [] },
      '1 run, and nothing was expected of it',
    ],
    ['is why a drill was skipped', skipped(), /^latency needs the kernel module sch_netem/],
    [
      'names what broke before what was missed',
      withNulls(),
      'run 1 failed: the engine went away; outage < 2s was missed (not measured)',
    ],
  ])('%s', (_, report, reason) => {
    if (typeof reason === 'string') expect(reasonOf(report)).toBe(reason);
    else expect(reasonOf(report)).toMatch(reason);
  });
});

describe('an expectation', () => {
  test('is one over all runs', () => {
    expect(
      expectationsOf(killMaster()).map(({ text, verdict, results }) => [text, verdict, results.length]),
    ).toEqual([
      ['outage < 2s', 'fail', 3],
      ['promoted == 1', 'pass', 3],
      ['lost <= 10', 'pass', 3],
      ['errors < 10%', 'pass', 3],
    ]);
  });
});

describe('a run', () => {
  test('fails with one of its expectations', () => {
    const report = killMaster();
    expect(report.runs.map((run) => verdictOf(report, run))).toEqual(['pass', 'pass', 'fail']);
  });

  test('fails when it broke, whatever was expected', () => {
    const report = { ...withNulls(), expectations: [] };
    expect(report.runs.map((run) => verdictOf(report, run))).toEqual(['fail']);
  });

  test('is shown when it failed', () => {
    const report = killMaster();
    const [first, ...others] = report.runs;
    const broken = { ...first!, error: 'broken' };
    expect(runToShow({ ...report, runs: [...others, broken] })?.number).toBe(3);
    expect(runToShow({ ...report, runs: [broken, ...others] })?.number).toBe(1);
  });

  test('is shown when its outage was the longest and none failed', () => {
    expect(runToShow({ ...killMaster(), expectations: [] })?.number).toBe(3);
    expect(runToShow(skipped())).toBeUndefined();
  });
});

test('a phase is judged where both are known, and its bounds belong to it', () => {
  const [run] = singleRun().runs;
  const judged = (detectMs: number | null) => phasesOf({ ...run!, detectMs })[0]?.isExpected;
  expect([399, 400, 700, 701, null].map(judged)).toEqual([false, true, true, false, null]);
  expect(phasesOf({ ...run!, expected: null }).map(({ isExpected }) => isExpected)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('advice that several runs give is given once', () => {
  const all = adviceOf(killMaster());
  expect(all.map(({ profile }) => profile)).toEqual(['default']);
  expect(all[0]?.advice).toHaveLength(2);
});

test('the pictures span all that happened, and never nothing', () => {
  const [run] = killMaster().runs;
  expect(spanOf(run!)).toEqual([-3000, 8000]);
  expect(spanOf({ ...run!, profiles: [], lanes: [], timeline: [] })).toEqual([0, 1]);
});
