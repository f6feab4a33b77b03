import { ERROR_CODES } from '../../base/errors.js';
import { callNodes } from '../../operations/inspect/call.js';
import { EXIT } from '../exit-codes.js';
import { callText } from '../ui/answers.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, cluster }, { args, options }) => {
  const words = args[0] === '--' ? args.slice(1) : [...args];
  const result = await callNodes(cluster, { ...chosenOptions(options), words });
  ui.result(result, () => callText(result));
  if (result.answers.some(({ error }) => error !== undefined)) return ERROR_CODES.REDIS_ERROR.exit;
  return result.unseen.length > 0 ? EXIT.unhealthy : EXIT.done;
};
