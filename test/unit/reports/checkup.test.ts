import { describe, expect, test } from 'vitest';
import type { CheckupFinding } from '../../../src/cluster/checkup/finding.js';
import type { CheckupReport } from '../../../src/cluster/checkup/report.js';
import { renderCheckupMarkdown } from '../../../src/reports/checkup-markdown.js';
import { renderCheckupText } from '../../../src/reports/checkup-text.js';

const finding = (changes: Partial<CheckupFinding>): CheckupFinding => ({
  code: 'SAVE_FAILED',
  severity: 'error',
  nodes: ['node-2'],
  message: 'the last snapshot failed on node-2',
  why: 'A restart would bring back an older state.',
  mend: 'its log says why',
  fixes: [],
  ...changes,
});

const REPORT: CheckupReport = {
  cluster: 'big',
  nodes: 6,
  answered: 5,
  elapsedMs: 1_840,
  verdict: 'error',
  findings: [
    finding({}),
    finding({
      code: 'FAILOVER_FORBIDDEN',
      severity: 'warning',
      message: 'node-4 is not allowed to take over',
      mend: 'CONFIG SET cluster-replica-no-failover no',
      fixes: [{ node: 'node-4', parameter: 'cluster-replica-no-failover', value: 'no' }],
    }),
    finding({ code: 'ONE_HOST', severity: 'note', message: 'all nodes are on this host' }),
  ],
  checks: [
    { title: 'every slot has an owner', result: 'ok', reason: null },
    { title: 'the last save succeeded', result: 'error', reason: null },
    { title: 'nodes are close', result: 'unseen', reason: 'nobody could measure it' },
    { title: 'huge pages are off', result: 'unseen', reason: 'nobody could measure it' },
  ],
  fixed: [
    { node: 'node-1', parameter: 'appendonly', value: 'yes', written: true, error: null },
    { node: 'node-3', parameter: 'appendonly', value: 'yes', written: true, error: null },
    { node: 'node-5', parameter: 'appendonly', value: 'yes', written: false, error: 'ERR no' },
  ],
};
const CLEAN: CheckupReport = {
  ...REPORT,
  verdict: 'ok',
  findings: [],
  fixed: [],
  checks: REPORT.checks.slice(0, 1),
};

describe('the text', () => {
  test('tells the worst first: what, why, and how to mend it', () => {
    expect(renderCheckupText(REPORT, { columns: 80 })).toBe(
      [
        'big: 1 error, 1 warning, 1 note',
        '4 checks of 6 nodes, of which 1 did not answer, in 1.8 s: 1 found nothing',
        '',
        'mended:',
        '- CONFIG SET appendonly yes on node-1, node-3 (written to redis.conf)',
        '- CONFIG SET appendonly yes on node-5 (refused: ERR no)',
        '',
        'error[SAVE_FAILED]: the last snapshot failed on node-2',
        '  why  A restart would bring back an older state.',
        '  mend its log says why',
        '',
        'warning[FAILOVER_FORBIDDEN]: node-4 is not allowed to take over',
        '  why  A restart would bring back an older state.',
        '  mend CONFIG SET cluster-replica-no-failover no (--fix does it)',
        '',
        'notes:',
        '- all nodes are on this host',
        '',
        'not looked at:',
        '- nodes are close; huge pages are off. Nobody could measure it',
      ].join('\n'),
    );
  });

  test('of a cluster without fault is two lines', () => {
    expect(renderCheckupText(CLEAN, { columns: 80 }).split('\n')).toEqual([
      'big: nothing to find fault with',
      '1 check of 6 nodes, of which 1 did not answer, in 1.8 s: 1 found nothing',
    ]);
  });

  test.each([40, 80, 140])('is no wider than %i columns', (columns) => {
    const widths = renderCheckupText(REPORT, { columns })
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  test('shows what a node says, and obeys none of it', () => {
    const evil = { ...REPORT, findings: [finding({ message: 'slot 7: \u001b[2Jboo' })] };
    expect(renderCheckupText(evil, { columns: 80 })).not.toContain('\u001b');
  });
});

describe('the Markdown', () => {
  test('is a table of what was found, and the checklist with what could not be seen', () => {
    const text = renderCheckupMarkdown(REPORT);
    expect(text).toContain('### ❌ big: 1 error, 1 warning, 1 note');
    expect(text.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(5);
    expect(text).toContain('- [x] every slot has an owner\n');
    expect(text).toContain('- [ ] the last save succeeded ❌\n');
    expect(text).toContain('- [ ] nodes are close ❔ nobody could measure it\n');
  });

  test('lets no key break out of its cell', () => {
    const evil = { ...REPORT, findings: [finding({ message: 'a|b `c` <img> @all' })] };
    expect(renderCheckupMarkdown(evil)).not.toMatch(/a\|b|<img>|@all/);
  });

  test('has no table where nothing was found', () => {
    expect(renderCheckupMarkdown(CLEAN)).not.toContain('| ');
  });
});
