import { describe, expect, test } from 'vitest';
import { renderText } from '../../../src/reports/text.js';
import { PLAIN } from '../../../src/reports/text-style.js';
import { hostile, killMaster, singleRun, skipped, withNulls } from './fixtures.js';

const at80 = { columns: 80 };

describe('of several runs', () => {
  const text = renderText(killMaster(), at80);

  test('the first line is the verdict, the last one its reason', () => {
    const lines = text.split('\n');
    expect(lines[0]).toBe('kill-master  FAIL');
    expect(lines.at(-1)).toBe('FAIL  kill-master: outage < 2s was missed in run 3 (2.12 s)');
  });

  test('each run is a line, and the spread is told', () => {
    expect(text).toMatch(/^3 +598 ms +1\.38 s +142 ms +2\.12 s +1,204 +0 +node-5 +fail$/m);
    expect(text).toMatch(/^outage +1\.28 s +1\.48 s +2\.12 s +2\.12 s +3$/m);
  });

  test('the run that failed is taken apart', () => {
    expect(text).toContain('run 3: node-2 was struck, node-5 took over; its slots took no writes for 2.12 s');
    expect(text).toMatch(/^elect +1\.38 s +500 ms to 1\.10 s, outside$/m);
    expect(text).toContain('! The election took 1.38 s, 0.28 s more than expected');
    expect(text).toMatch(/^tuned +2\.12 s +683 +0 +4 +1 +2\.4 ms +262 ms +2\.9 ms$/m);
  });

  test('an expectation names the runs that missed it', () => {
    expect(text).toContain('✗ outage < 2s: 1.28 s, 1.48 s, 2.12 s (run 3)');
    expect(text).toContain('✓ lost <= 10: 0, 2');
  });

  test('says what would have helped, once', () => {
    expect(text.match(/commandTimeout is not set/g)).toHaveLength(1);
  });
});

describe('the pictures', () => {
  const lines = renderText(singleRun(), at80).split('\n');

  test('the bar is to scale', () => {
    const bar = lines.find((line) => line.startsWith('█') && !line.includes(' ')) ?? '';
    const cells = ['█', '▓', '░'].map((fill) => Array.from(bar).filter((cell) => cell === fill).length);
    expect(cells).toEqual([612, 548, 121].map((ms) => Math.round((ms / 1281) * 80)));
  });

  test('the marks stand below the cells in which it happened', () => {
    const index = lines.findIndex((line) => line.startsWith('tuned    █'));
    const [line = '', ruler = ''] = [lines[index], lines[index + 1]];
    const [fault, back] = [ruler.indexOf('^ fault'), ruler.indexOf('^ +1.28 s')];
    expect(
      Array.from(line)
        .slice(fault + 1, back)
        .every((cell) => cell === '▆'),
    ).toBe(true);
    expect(
      Array.from(line)
        .slice(9, fault)
        .every((cell) => cell === '█'),
    ).toBe(true);
    expect(line[back + 1]).toBe('█');
  });
});

describe('at any width', () => {
  test.each([80, 100, 140])('%i columns are enough', (columns) => {
    const reports = [killMaster(), singleRun(), skipped(), withNulls()];
    const widths = reports.flatMap((report) =>
      renderText(report, { columns })
        .split('\n')
        .map((line) => line.length),
    );
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  test('no line ends in a blank', () => {
    expect(renderText(killMaster(), at80)).not.toMatch(/[ \t]$/m);
  });
});

test('a skipped drill says why, and nothing of runs', () => {
  const text = renderText(skipped(), at80);
  expect(text).toContain('SKIP  slow-master: latency needs the kernel module sch_netem');
  expect(text).not.toContain('RUN');
});

test('what was not measured is said to be so', () => {
  const text = renderText(withNulls(), at80);
  expect(text).toContain('the run failed: the engine went away');
  expect(text).toContain('✗ outage < 2s: not measured');
  expect(text).not.toMatch(/null|undefined|NaN/);
});

test('colours are those of whoever owns the terminal', () => {
  const paint = (name: string) => (text: string) => `<${name}:${text}>`;
  const style = { ...PLAIN, bad: paint('bad'), good: paint('good'), bold: paint('bold') };
  const text = renderText(killMaster(), { ...at80, style });
  expect(text).toContain('<bold:kill-master>  <bold:<bad:FAIL>>');
  expect(text).toContain('<good:✓> promoted == 1');
  expect(text).toMatch(/<bad:2> {2}node-5/);
});

test('a terminal obeys nothing of what nodes and clients say', () => {
  expect(renderText(hostile(), at80).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
