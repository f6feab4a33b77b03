import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const TESTS = join(import.meta.dirname, '..');
const FIRST = 10_000;
const BLOCK = 200;

/**
 * The first of the 200 ports that belong to a test file alone, by its place among the files, so that those which run
 * beside each other never share one. Ports of the bus, 10,000 above, do not meet them either.
 */
export function firstPortOf(file: string): number {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.startsWith('unit'))
    .sort();
  const place = files.indexOf(relative(TESTS, file));
  if (place === -1) throw new Error(`${file} is no test file of ${TESTS}`);
  return FIRST + BLOCK * place;
}
