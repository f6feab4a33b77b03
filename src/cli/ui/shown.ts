import chalk from 'chalk';
import { printable } from '../../base/format.js';

const ESC = '\u001b';
/** The colours and weights that we use ourselves. A sequence that hides text or makes it blink is somebody else's. */
const OURS = new RegExp(`(${ESC}\\[(?:[012]|22|3[0-79]|9[0-7])m)`);

/**
 * Text for a terminal in which nothing but our own colours is obeyed, whatever keys, nodes, files and the command line put
 * into it.
 */
export function shown(text: string): string {
  if (chalk.level === 0) return printable(text);
  return text
    .split(OURS)
    .map((part, index) => (index % 2 === 0 ? printable(part) : part))
    .join('');
}
