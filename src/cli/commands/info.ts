import { serverInfo } from '../../operations/inspect/server-info.js';
import { EXIT } from '../exit-codes.js';
import { infoText } from '../ui/side-by-side.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster }, { args }) => {
  const result = await serverInfo(cluster, args);
  ui.result(result, () => infoText(result));
  return result.unseen.length > 0 ? EXIT.unhealthy : EXIT.done;
};
