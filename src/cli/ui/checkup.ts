import type { CheckupReport } from '../../cluster/checkup/report.js';
import { renderCheckupText } from '../../reports/checkup-text.js';
import { STYLE, columnsOfTerminal } from './text-style.js';

export function checkupText(report: CheckupReport): string {
  return renderCheckupText(report, { columns: columnsOfTerminal(), style: STYLE });
}
