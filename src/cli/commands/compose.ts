import { writeFile } from 'node:fs/promises';
import { RclusterError, messageOf } from '../../base/errors.js';
import { compose } from '../../operations/compose.js';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './index.js';
import { chosenOptions } from './options.js';

export const run: CommandRun = async ({ ui, cluster }, { options }) => {
  const text = await compose({ ...chosenOptions(options, ['output']), cluster });
  const path = options['output'];
  if (typeof path !== 'string') {
    ui.printFile(text);
    return EXIT.done;
  }
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new RclusterError('USAGE', `${path} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  ui.emit({ type: 'notice', text: `wrote ${path}; docker compose -f ${path} -p ${cluster} up -d boots it` });
  return EXIT.done;
};
