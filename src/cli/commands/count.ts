import { countKeys } from '../../operations/inspect/count.js';
import { EXIT } from '../exit-codes.js';
import { countText } from '../ui/key-counts.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster }) => {
  const result = await countKeys(cluster);
  ui.result(result, () => countText(result));
  return result.missed.length > 0 ? EXIT.unhealthy : EXIT.done;
};
