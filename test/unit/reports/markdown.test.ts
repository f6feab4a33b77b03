import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/reports/markdown.js';
import { hostile, killMaster, singleRun, skipped, withNulls } from './fixtures.js';

/** As a reader of Markdown sees it. */
function decoded(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

describe('of several runs', () => {
  const markdown = decoded(renderMarkdown(killMaster()));

  test('the verdict comes first, then its reason', () => {
    const [title, , reason] = markdown.split('\n');
    expect([title, reason]).toEqual(['### ❌ kill-master: fail', 'outage < 2s was missed in run 3 (2.12 s)']);
  });

  test('expectations are a table with a column a run', () => {
    expect(markdown).toContain('| ❌ | outage < 2s | 1.28 s | 1.48 s | **2.12 s** |');
    expect(markdown).toContain('3 runs, outage 1.28 s to 2.12 s, p50 1.48 s');
  });

  test('timeline and environment are folded away', () => {
    const [before = '', folded = ''] = markdown.split('<details>');
    expect(before).not.toContain('votes for node-5');
    expect(folded).toContain('| +1,979 ms | node-5 | is master now |');
    expect(folded).toContain('| node timeout | 400 ms |');
    expect(folded.trimEnd().endsWith('</details>')).toBe(true);
  });
});

test('many runs are counted, and those named that missed', () => {
  const report = killMaster();
  const runs = Array.from({ length: 20 }, (_, index) => ({ ...report.runs[0]!, number: index + 1 }));
  const expectations = runs.map(({ number }) => ({
    run: number,
    text: 'lost == 0',
    measured: number === 7 ? '4' : '0',
    verdict: number === 7 ? ('fail' as const) : ('pass' as const),
  }));
  const markdown = decoded(renderMarkdown({ ...report, runs, expectations }));
  expect(markdown).toContain('| ❌ | lost == 0 | 19 of 20 | run 7: 4 |');
});

test('a skipped drill is not shown as passed', () => {
  const markdown = renderMarkdown(skipped());
  expect(markdown).toMatch(/^### ⏭️ slow-master: skip\n\nlatency needs/);
  expect(markdown).not.toContain('✅');
});

test('every row of a table has the cells of its head, whatever is in it', () => {
  for (const report of [killMaster(), singleRun(), withNulls(), hostile()]) {
    const blocks = renderMarkdown(report)
      .split('\n\n')
      .filter((block) => block.startsWith('|'));
    expect(blocks.length).toBeGreaterThan(2);
    for (const block of blocks)
      expect(new Set(block.split('\n').map((row) => row.split('|').length)).size).toBe(1);
  }
});

test('what nodes and clients say is text', () => {
  const markdown = renderMarkdown(hostile());
  expect(markdown).not.toMatch(/<(?!\/?(details|summary)>)/);
  expect(markdown.replaceAll('\n', '')).not.toMatch(/[`\\$]|\p{Cc}/u);
});
