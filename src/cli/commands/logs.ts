import chalk from 'chalk';
import { RclusterError } from '../../base/errors.js';
import { readLog } from '../../operations/read-log.js';
import { EXIT } from '../exit-codes.js';
import { jsonLine } from '../ui/json.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { args: [reference], options }) => {
  const tail = tailOption(options['tail']);
  const follow = options['follow'] === true;
  for await (const { node, line } of readLog(cluster, reference, { tail, follow, signal })) {
    if (ui.options.json) ui.print(jsonLine({ version: 1, node, line }));
    else ui.print(`${reference === undefined ? `${chalk.dim(node.padEnd(8))} ` : ''}${line}`);
  }
  return EXIT.done;
};

function tailOption(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw new RclusterError('USAGE', `--tail ${value}: must be a whole number`);
}
