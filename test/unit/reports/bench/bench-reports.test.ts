import { describe, expect, test } from 'vitest';
import { scalingRows, scalingVerdict } from '../../../../src/bench/scaling.js';
import { renderBenchCsv } from '../../../../src/reports/bench/csv.js';
import { renderBenchHtml } from '../../../../src/reports/bench/html.js';
import { renderBenchMarkdown } from '../../../../src/reports/bench/markdown.js';
import type { BenchReport, ScalingReport } from '../../../../src/reports/bench/model.js';
import { renderScalingText } from '../../../../src/reports/bench/scaling-text.js';
import { renderBenchText } from '../../../../src/reports/bench/text.js';
import { wrap } from '../../../../src/reports/wrap.js';
import { mapText } from '../../../../src/reports/map-text.js';
import { readPageAssets } from '../../../../src/reports/page-assets.js';
import { PLAIN } from '../../../../src/reports/text-style.js';
import { reportWith, resultWith } from '../../bench/results.js';
import { HOSTILE } from '../fixtures.js';

const plain: BenchReport = reportWith(resultWith(123_456, { masters: 3, cpuSeconds: 9 }));
const full: BenchReport = {
  ...plain,
  result: { ...plain.result, failed: 3, errors: [{ message: 'OOM <b>\u001b[31m|x', count: 3 }] },
  peer: {
    tool: 'redis-benchmark 7.0.15',
    opsPerSecond: 150_000,
    p50: 1,
    p99: 4,
    max: 9,
    clientOverhead: 0.18,
  },
  baseline: {
    ...{ file: 'main.json', tolerance: 0.1, differences: ['clients was 50 and is 10'], verdict: 'fail' },
    figures: [
      { name: 'throughput', unit: 'ops/s', before: 200_000, now: 123_456, worsening: 0.38, verdict: 'fail' },
    ],
  },
};
const rows = scalingRows([
  { topology: 'single', maxmemoryBytes: 0, results: [resultWith(100_000, { by: 'node' })] },
  { topology: 10, maxmemoryBytes: 0, results: [resultWith(90_000, { masters: 10, cpuSeconds: 12 })] },
]);
const scaling: ScalingReport = {
  ...{
    kind: 'bench-scaling',
    load: plain.load,
    environment: plain.environment,
    replicas: 0,
    rounds: 1,
    rows,
  },
  verdict: scalingVerdict(rows, 2),
};

describe('on a terminal', () => {
  test.each([80, 100, 140])('a report fits %i columns', (columns) => {
    for (const text of [
      renderBenchText(full, { columns, style: PLAIN }),
      renderScalingText(scaling, { columns: Math.max(columns, 100), style: PLAIN }),
    ])
      for (const line of text.split('\n'))
        expect(line.length, line).toBeLessThanOrEqual(Math.max(columns, 100));
  });

  test('it has the figures, what was the limit, the tool beside it and what it was before', () => {
    const text = renderBenchText(full);
    expect(text).toContain('123,456 ops/s');
    expect(text).toContain('bound: all 2 cores of this machine were busy');
    expect(text).toContain('client overhead 18.0 %');
    expect(text).toContain('✗ worse than main.json (tolerance 10.0 %)');
    expect(text).toContain('not the same run: clients was 50 and is 10');
    expect(text).not.toContain('\u001b');
  });

  test('a comparison says that it does not show scaling, and marks the projection', () => {
    const text = renderScalingText(scaling, { columns: 140, style: PLAIN });
    expect(text).toContain(
      'This run cannot show scaling: with 10 masters all 2 cores of this machine were busy',
    );
    expect(text).toMatch(/10 masters +90,000 .*0\.90 x +9\.0 % .*cores +\(750,000\)/);
  });

  test('words are kept whole', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  });
});

test('as CSV: a line a node and one for all, a line a topology', () => {
  const lines = renderBenchCsv(plain).trimEnd().split('\n');
  expect(lines.map((line) => line.split(',')[1])).toEqual(['node', 'node-1', 'node-2', 'node-3', 'all']);
  expect(new Set(lines.map((line) => line.split(',').length))).toEqual(new Set([14]));
  const topologies = renderBenchCsv(scaling).trimEnd().split('\n');
  expect(topologies[2]).toMatch(/^set,10 masters,10,90000,90000,90000,2,0\.9,0\.09,75000,cores,,180,750000$/);
});

test('for a pull request: nothing of it is markup of somebody else', () => {
  const text = renderBenchMarkdown(full);
  expect(text).toContain('### set: 123,456 ops/s');
  expect(text).toContain('❌ worse than');
  expect(renderBenchMarkdown(scaling)).toMatch(
    /\| 10 masters \| 90,000 \| 2 ms \| none \| 0\.90 x \| 9\.0 %/,
  );
});

describe('as a page', () => {
  test.each([
    ['of a cluster', full],
    ['of topologies', scaling],
  ])('%s: it needs nothing else, and says in tables what its plots show', async (_name, report) => {
    const page = renderBenchHtml(report, await readPageAssets('bench'));
    expect(page).toContain('default-src &#39;none&#39;');
    const markup = page.replace(/<(script|style)[^]*?<\/\1>/g, '');
    expect([...markup.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target)).toEqual([
      'data:,',
      '#main',
    ]);
    expect(markup).not.toMatch(/ (style|on\w+)="/);
    expect(markup.match(/class="plot"/g)).toHaveLength(2);
    const [, json = ''] = /id="report-data">([^]*?)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toEqual(report);
  });
});

describe('what others had a say in and is out to do harm', () => {
  const everything = Object.values(HOSTILE).join(' ');
  /** Words that the renderers themselves go by stay. */
  const OWN = new Set([
    'bench',
    'bench-scaling',
    'master',
    'replica',
    'single',
    'pass',
    'fail',
    'docker',
    'uniform',
  ]);
  const harmful = <Report extends object>(report: Report) =>
    mapText(report, (text) => (OWN.has(text) || /^[a-zA-Z0-9]+$/.test(text) ? text : everything));

  test.each([
    [
      'a benchmark',
      harmful({ ...full, environment: { ...full.environment, cluster: everything, cpu: everything } }),
    ],
    ['a comparison', harmful({ ...scaling, environment: { ...scaling.environment, cpu: everything } })],
  ])('is text in the page of %s', async (_, report) => {
    const page = renderBenchHtml(report, await readPageAssets('bench'));
    const markup = page.replace(/<(script|style)[^]*?<\/\1>/g, '');
    expect(markup).toContain('pwned');
    expect(markup).not.toMatch(/<img|<b>|onerror="|<!-- (?:head|body|scripts) -->/);
    expect(markup).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u);
    // The data, and the script of the page: nothing in the data ends its element.
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    const [, json = ''] = /id="report-data">([^]*?)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json)).toMatchObject({ kind: report.kind });
  });
});
