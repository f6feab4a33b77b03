import { RclusterError } from '../../base/errors.js';
import { explain } from '../../operations/inspect/explain.js';
import { EXIT } from '../exit-codes.js';
import { explainText } from '../ui/explain.js';
import type { CommandRun } from './index.js';

/** As for find: what parts one command from the next. */
const SEPARATOR = ';';

export const run: CommandRun = async ({ ui, cluster }, { args }) => {
  const commands = commandsIn(args[0] === '--' ? args.slice(1) : args);
  if (commands.length === 0) throw new RclusterError('USAGE', 'no command was given');
  const result = await explain(cluster, commands);
  ui.result(result, () => explainText(result));
  return result.runs ? EXIT.done : EXIT.unhealthy;
};

function commandsIn(args: readonly string[]): Buffer[][] {
  const commands: Buffer[][] = [[]];
  for (const word of args) {
    if (word === SEPARATOR) commands.push([]);
    else commands.at(-1)?.push(Buffer.from(word));
  }
  return commands.filter((words) => words.length > 0);
}
