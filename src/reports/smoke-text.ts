import { printable } from '../base/format.js';
import { time } from './figures.js';
import { mapText } from './map-text.js';
import type { SmokeReport } from './smoke-model.js';
import { MARKS, paintOf, PLAIN, type TextStyle } from './text-style.js';

/** A line a check, and the verdict. */
export function renderSmokeText(report: SmokeReport, style: TextStyle = PLAIN): string {
  const { checks, verdict, elapsedMs } = mapText(report, (text) => printable(text).replace(/[\n\t]/g, ' '));
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const lines = checks.map((check) => {
    const mark = paintOf(check.verdict, style)(MARKS[check.verdict]);
    const took = check.verdict === 'skip' ? '' : time(check.elapsedMs);
    return `${mark} ${check.name.padEnd(width)}  ${style.dim(took.padStart(7))}  ${check.message}`.trimEnd();
  });
  const words = verdict === 'pass' ? 'passed' : 'failed';
  return [...lines, '', `${style.bold(paintOf(verdict, style)(words))} in ${time(elapsedMs)}`].join('\n');
}
