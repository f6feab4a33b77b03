import { resolveFor } from '../../config/fault-schema.js';
import { breakCluster } from '../../drills/break.js';
import { EXIT } from '../exit-codes.js';
import { breakText } from '../ui/faults.js';
import type { CommandRun } from './index.js';

export const run: CommandRun = async ({ ui, cluster, signal }, { args: [groups = ''], options }) => {
  const forMs = resolveFor(options['for']);
  const oneWay = options['oneWay'] === true;
  const result = await breakCluster(
    cluster,
    { fault: 'partition', groups, oneWay },
    { forMs, emit: ui.emit, signal },
  );
  ui.result(result, () => breakText(result, 'rcluster heal'));
  return EXIT.done;
};
