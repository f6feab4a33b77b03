import { duration, plural } from '../../base/format.js';
import { rebalance } from '../../index.js';
import { EXIT } from '../exit-codes.js';
import { statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }) => {
  const result = await rebalance(cluster, { emit: ui.emit, signal });
  ui.result(result, () => {
    const done =
      result.slotsMoved === 0
        ? 'the slots are even already; nothing was moved'
        : `moved ${plural(result.slotsMoved, 'slot')} with ${plural(result.keysMoved, 'key')} in ${duration(result.migrateMs)}`;
    return [done, '', statusText(result)].join('\n');
  });
  return EXIT.done;
};
