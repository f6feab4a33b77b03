import chalk from 'chalk';
import { printable } from '../../base/format.js';
import { wrap } from '../../reports/wrap.js';
import type { Output } from '../../tour/step.js';
import { checkupText } from './checkup.js';
import { replyText } from './reply.js';
import { statusText } from './tables.js';
import { columnsOfTerminal } from './text-style.js';
import { killText } from './timeline.js';

/** How a lesson looks: a heading, the commands as they would be typed, their output, and what it means. */

export function headingText(number: number, total: number, title: string, teaches: string): string {
  return ['', chalk.bold.cyan(`${number}/${total}  ${title}`), ...paragraph(teaches), ''].join('\n');
}

export const commandText = (command: string) => `${chalk.green('$')} ${chalk.bold(command)}`;

export function outputText(output: Output): string {
  switch (output.kind) {
    case 'reply':
      return `${replyText(output.reply)}\n`;
    case 'error':
      return `${chalk.red(`(error) ${printable(output.message)}`)}\n`;
    case 'lines':
      return `${output.lines.join('\n')}\n`;
    case 'status':
      return `${output.summary}\n\n${statusText(output.status)}\n`;
    case 'kill':
      return `${killText(output.result)}\n`;
    case 'checkup':
      return `${checkupText(output.report)}\n`;
  }
}

export function explanationText(text: string): string {
  return text
    .split('\n')
    .flatMap(paragraph)
    .map((line) => chalk.cyan('| ') + line)
    .join('\n');
}

function paragraph(text: string): string[] {
  return wrap(text, Math.min(columnsOfTerminal(), 100) - 2);
}
