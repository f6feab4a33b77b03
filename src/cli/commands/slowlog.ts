import { readSlowlogs } from '../../operations/inspect/slowlog.js';
import { EXIT } from '../exit-codes.js';
import { slowlogText } from '../ui/slowlog.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, cluster }, { options }) => {
  const result = await readSlowlogs(cluster, chosenOptions(options));
  ui.result(result, () => slowlogText(result));
  return result.unseen.length > 0 ? EXIT.unhealthy : EXIT.done;
};
