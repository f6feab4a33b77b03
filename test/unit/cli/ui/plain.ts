import chalk from 'chalk';
import { afterAll, beforeAll } from 'vitest';

/** No colours in the tests of this file, whatever the terminal. */
export function withoutColours(): void {
  const { level } = chalk;
  beforeAll(() => {
    chalk.level = 0;
  });
  afterAll(() => {
    chalk.level = level;
  });
}
