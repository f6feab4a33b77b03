import { duration, plural } from '../../base/format.js';
import { down } from '../../operations/down.js';
import { EXIT } from '../exit-codes.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { options }) => {
  const result = await down(cluster, { keepData: options['keepData'] === true, emit: ui.emit, signal });
  ui.result(result, () => {
    if (result.removed.length === 0) return `"${cluster}" is down already`;
    const data = result.keptData ? '; its data is kept' : '';
    return `removed "${cluster}": ${plural(result.removed.length, 'node')} in ${duration(result.elapsedMs)}${data}`;
  });
  return EXIT.done;
};
