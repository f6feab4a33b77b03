import { RclusterError } from '../../base/errors.js';
import { plural } from '../../base/format.js';
import { countKeys } from '../../operations/inspect/count.js';
import { flushKeys } from '../../operations/inspect/flush.js';
import { EXIT } from '../exit-codes.js';
import { flushText } from '../ui/key-counts.js';
import type { CommandRun } from './index.js';
import { confirm } from './scaling.js';

export const run: CommandRun = async (context, { options }) => {
  const { ui, cluster } = context;
  if (options['yes'] !== true) {
    if (ui.options.json || !process.stdin.isTTY || !process.stderr.isTTY)
      throw new RclusterError('USAGE', 'nobody can be asked here', { hint: '--yes deletes without asking' });
    const { keys, shards } = await countKeys(cluster);
    const question = `delete ${plural(keys, 'key')} of "${cluster}", on ${plural(shards.length, 'master')}?`;
    await confirm(context, question, false);
  }
  // Not what was there when the question was put: whoever was asked may have taken a while.
  const { shards, slotsMoving } = await countKeys(cluster);
  const done = await flushKeys(cluster);
  // Where a replica was counted, its master was not flushed.
  const deleted = shards.filter(({ master }) => done.flushed.includes(master));
  const result = { ...done, keys: deleted.reduce((sum, shard) => sum + (shard.keys ?? 0), 0), slotsMoving };
  ui.result(result, () => flushText(result));
  return result.missed.length > 0 || result.restless ? EXIT.unhealthy : EXIT.done;
};
