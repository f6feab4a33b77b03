import type { ChecklistItem, CheckupReport } from '../cluster/checkup/report.js';
import { countsText, extentText, fixedLines } from './checkup-parts.js';
import { mapText } from './map-text.js';
import { escaped, table } from './markdown-parts.js';

const ICONS: Readonly<Record<ChecklistItem['result'], string>> = {
  ok: '✅',
  error: '❌',
  warning: '⚠️',
  note: 'ℹ️',
  unseen: '❔',
};

/** The checkup as a page of a wiki or a comment: what was found, and the whole checklist below. */
export function renderCheckupMarkdown(report: CheckupReport): string {
  const safe = mapText(report, escaped);
  const { cluster, verdict, findings, checks, fixed } = safe;
  const sections = [
    `### ${ICONS[verdict]} ${cluster}: ${countsText(safe)}`,
    extentText(safe),
    fixedLines(fixed)
      .map((line) => `- mended: ${line}`)
      .join('\n'),
    findings.length === 0
      ? ''
      : table(
          ['', 'code', 'what', 'why it matters', 'how to mend it'],
          findings.map(({ severity, code, message, why, mend }) => [
            ICONS[severity],
            code,
            message,
            why,
            mend,
          ]),
        ),
    '#### The checklist',
    checks.map(checklistLine).join('\n'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function checklistLine({ title, result, reason }: ChecklistItem): string {
  const box = result === 'ok' || result === 'note' ? 'x' : ' ';
  const mark = result === 'ok' ? '' : ` ${ICONS[result]}`;
  return `- [${box}] ${title}${mark}${reason === null ? '' : ` ${reason}`}`;
}
