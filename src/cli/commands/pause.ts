import { resolveFor } from '../../config/fault-schema.js';
import { breakCluster } from '../../drills/break.js';
import { EXIT } from '../exit-codes.js';
import { breakText } from '../ui/faults.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { args: [target = ''], options }) => {
  const forMs = resolveFor(options['for']);
  const result = await breakCluster(cluster, { fault: 'pause', target }, { forMs, emit: ui.emit, signal });
  ui.result(result, () => breakText(result, `rcluster resume ${result.struck.join(' ')}`));
  return EXIT.done;
};
