import { printable } from '../base/format.js';
import type { CheckupFinding, CheckupSeverity } from '../cluster/checkup/finding.js';
import type { CheckupReport } from '../cluster/checkup/report.js';
import { countsText, extentText, fixedLines, unseenByReason } from './checkup-parts.js';
import { mapText } from './map-text.js';
import { PLAIN, type TextStyle } from './text-style.js';
import { marked, wrap } from './wrap.js';

export interface CheckupTextOptions {
  readonly columns: number;
  readonly style?: TextStyle;
}

/** What has to be done first, why, and how; then what was a choice, and what nobody could see. */
export function renderCheckupText(
  report: CheckupReport,
  { columns, style = PLAIN }: CheckupTextOptions,
): string {
  const safe = mapText(report, (text) => printable(text).replace(/[\n\t]/g, ' '));
  const paint = { error: style.bad, warning: style.warn, ok: style.good }[safe.verdict];
  const urgent = safe.findings.filter(({ severity }) => severity !== 'note');
  const notes = safe.findings.filter(({ severity }) => severity === 'note');
  const sections = [
    [
      `${style.bold(safe.cluster)}: ${paint(countsText(safe))}`,
      ...wrap(extentText(safe), columns).map(style.dim),
    ],
    section('mended:', fixedLines(safe.fixed), columns, style),
    ...urgent.map((finding) => urgentLines(finding, columns, style)),
    section(
      'notes:',
      notes.map(({ message }) => message),
      columns,
      style,
    ),
    section(
      'not looked at:',
      [...unseenByReason(safe.checks)].map(([reason, titles]) => `${titles.join('; ')}. ${capital(reason)}`),
      columns,
      style,
    ),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function urgentLines(finding: CheckupFinding, columns: number, style: TextStyle): string[] {
  const { severity, code, message, why, mend, fixes } = finding;
  const [first = '', ...rest] = wrap(`${severity}[${code}]: ${message}`, columns);
  const tag = `${severity}[${code}]`;
  const mendText = fixes.length > 0 ? `${mend} (--fix does it)` : mend;
  return [
    first.replace(tag, paintOf(severity, style)(tag)),
    ...rest.map((line) => `  ${line}`),
    ...(why === '' ? [] : marked('  why ', why, columns, style.dim)),
    ...(mendText === '' ? [] : marked('  mend', mendText, columns)),
  ];
}

function paintOf(severity: CheckupSeverity, style: TextStyle): TextStyle['good'] {
  return severity === 'error' ? style.bad : style.warn;
}

function section(title: string, lines: readonly string[], columns: number, style: TextStyle): string[] {
  if (lines.length === 0) return [];
  return [style.dim(title), ...lines.flatMap((line) => marked('-', line, columns))];
}

const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);
