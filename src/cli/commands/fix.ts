import { duration, plural } from '../../base/format.js';
import { check, fix } from '../../operations/repair/fix.js';
import { EXIT } from '../exit-codes.js';
import { repairLines } from '../ui/repairs.js';
import { statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';
import { confirm } from './scaling.js';

export const run: CommandRun = async (context, { options }) => {
  const { ui, cluster, signal } = context;
  if (options['dryRun'] === true) {
    const { repairs } = await check(cluster);
    ui.result({ cluster, repairs }, () =>
      repairs.length === 0 ? 'nothing has to be repaired' : repairLines(repairs).join('\n'),
    );
    return EXIT.done;
  }
  const result = await fix(cluster, {
    emit: ui.emit,
    signal,
    allowDataLoss: options['allowDataLoss'] === true,
    confirm: ({ problem, losesData }) =>
      confirm(context, `${problem}: ${losesData ?? ''}. Go on?`, options['yes'] === true),
  });
  ui.result(result, () =>
    [
      result.done.length === 0
        ? 'nothing had to be repaired'
        : `${plural(result.done.length, 'repair')} in ${duration(result.elapsedMs)}:`,
      ...repairLines(result.done),
      '',
      statusText(result),
    ].join('\n'),
  );
  return result.healthy ? EXIT.done : EXIT.unhealthy;
};
