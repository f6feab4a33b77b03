import chalk from 'chalk';
import type { TextStyle } from '../../reports/text-style.js';

/** Where no terminal says how wide it is. */
const COLUMNS = 100;

/** How reports are coloured here. One argument each: chalk would print what else a caller hands over. */
export const STYLE: TextStyle = {
  good: (text) => chalk.green(text),
  bad: (text) => chalk.red(text),
  warn: (text) => chalk.yellow(text),
  dim: (text) => chalk.dim(text),
  bold: (text) => chalk.bold(text),
};

export function columnsOfTerminal(): number {
  return process.stdout.columns || COLUMNS;
}
