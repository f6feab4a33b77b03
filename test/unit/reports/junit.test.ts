import { describe, expect, test } from 'vitest';
import { renderJUnit } from '../../../src/reports/junit.js';
import { hostile, killMaster, singleRun, skipped, withNulls } from './fixtures.js';

/** That it is well-formed is for a parser to say: test/drills/report-page.test.ts asks one. */

describe('of several runs', () => {
  const xml = renderJUnit(killMaster());

  test('counts a case for every expectation of every run', () => {
    expect(xml).toContain('<testsuites name="kill-master" tests="12" failures="1" errors="0" skipped="0">');
    expect(xml.match(/<testsuite /g)).toHaveLength(3);
    expect(xml).toContain('<testcase classname="kill-master" name="promoted == 1 (run 2)"/>');
  });

  test('a failure says what was expected and what was measured, and what happened', () => {
    expect(xml).toContain('<failure message="expected outage &lt; 2s, measured 2.12 s" type="expectation">');
    expect(xml).toContain('detect 598 ms, elect 1.38 s, recover 142 ms, outage 2.12 s');
    expect(xml).toMatch(/\+1,979 ms {2}node-5 {2}is master now/);
  });

  test('the environment is told as properties', () => {
    expect(xml).toContain('<property name="nodeTimeoutMs" value="400"/>');
    expect(xml).toContain('<property name="settings.appendonly" value="yes"/>');
    expect(xml).toContain('<property name="versions.ioredis" value="6.0.0"/>');
  });

  test('no two cases have one name', () => {
    const names = [...xml.matchAll(/<testcase [^>]*name="([^"]*)"/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(12);
  });
});

test('one run needs no number', () => {
  expect(renderJUnit(singleRun())).toContain('name="outage &lt; 2s"/>');
});

test('a skipped drill is a skipped case, with the reason', () => {
  const xml = renderJUnit(skipped());
  expect(xml).toContain('tests="1" failures="0" errors="0" skipped="1"');
  expect(xml).toContain('<skipped/>');
  expect(xml).toContain('latency needs the kernel module sch_netem');
});

test('a skipped expectation is neither passed nor failed', () => {
  const report = singleRun();
  const expectations = report.expectations.map((result) => ({ ...result, verdict: 'skip' as const }));
  expect(renderJUnit({ ...report, expectations })).toContain('tests="4" failures="0" errors="0" skipped="4"');
});

test('a run that broke is an error besides', () => {
  const xml = renderJUnit(withNulls());
  expect(xml).toContain('tests="2" failures="1" errors="1"');
  expect(xml).toContain('<error message="the engine went away" type="run"/>');
});

test('a run of which nothing was expected passes by going through', () => {
  const xml = renderJUnit({ ...singleRun(), expectations: [] });
  expect(xml).toContain('<testcase classname="kill-master" name="run 1 goes through"/>');
});

test('holds no character that XML has not', () => {
  const allowed = ['\t', '\n', '\r'];
  const forbidden = Array.from(renderJUnit(hostile())).filter(
    (char) => char < ' ' && !allowed.includes(char),
  );
  expect(forbidden).toEqual([]);
});
