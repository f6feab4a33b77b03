import { check } from '../../operations/repair/fix.js';
import { EXIT } from '../exit-codes.js';
import { repairLines } from '../ui/repairs.js';
import { statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster }) => {
  const result = await check(cluster);
  ui.result(result, () =>
    [
      statusText(result),
      '',
      ...(result.repairs.length === 0
        ? [result.healthy ? 'nothing has to be repaired' : 'there is nothing here that fix could repair']
        : ['rcluster fix would do this:', ...repairLines(result.repairs)]),
    ].join('\n'),
  );
  return result.healthy ? EXIT.done : EXIT.unhealthy;
};
