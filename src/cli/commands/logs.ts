import chalk from 'chalk';
import { RclusterError } from '../../base/errors.js';
import { readLog } from '../../operations/read-log.js';
import { EXIT } from '../exit-codes.js';
import { jsonLine } from '../ui/json.js';
import { whileRead } from '../ui/reader.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { args: [reference], options }) => {
  const tail = tailOption(options['tail']);
  const asked = { tail, follow: options['follow'] === true, signal: whileRead(signal) };
  for await (const { node, line } of readLog(cluster, reference, asked)) {
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
