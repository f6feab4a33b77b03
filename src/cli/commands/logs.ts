import chalk from 'chalk';
import { RclusterError } from '../../base/errors.js';
import { readLog } from '../../index.js';
import { EXIT } from '../exit-codes.js';
import { printable } from '../ui/ui.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { args: [reference], options }) => {
  const tail = tailOption(options['tail']);
  const follow = options['follow'] === true;
  for await (const { node, line } of readLog(cluster, reference, { tail, follow, signal })) {
    if (ui.options.json) ui.print(JSON.stringify({ version: 1, node, line }));
    else ui.print(`${reference === undefined ? `${chalk.dim(node.padEnd(8))} ` : ''}${printable(line)}`);
  }
  return EXIT.done;
};

function tailOption(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw new RclusterError('USAGE', `--tail ${value}: must be a whole number`);
}
