import chalk from 'chalk';
import type { RepairReport } from '../../operations/repair/fix.js';

/** What is wrong, what is done about it, and what that may cost. */
export function repairLines(repairs: readonly RepairReport[]): string[] {
  return repairs.flatMap(({ problem, remedy, losesData }) => [
    `- ${problem}`,
    `  ${chalk.dim(remedy)}`,
    ...(losesData === undefined ? [] : [`  ${chalk.red('can lose data:')} ${losesData}`]),
  ]);
}
