import { duration, list, plural } from '../../base/format.js';
import { addMaster } from '../../index.js';
import { EXIT } from '../exit-codes.js';
import { statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { options }) => {
  const result = await addMaster(cluster, chosenOptions(options), { emit: ui.emit, signal });
  ui.result(result, () =>
    [
      `added ${list(result.added)}: ${plural(result.slotsMoved, 'slot')} with ${plural(result.keysMoved, 'key')} moved in ${duration(result.migrateMs)}, ${duration(result.elapsedMs)} in all`,
      '',
      statusText(result),
    ].join('\n'),
  );
  return EXIT.done;
};
