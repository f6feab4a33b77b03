import { duration, list } from '../../base/format.js';
import { addMaster, planAddMaster } from '../../operations/scaling/add-master.js';
import { movedText } from '../ui/scaling.js';
import { scalingCommand } from './scaling.js';

export const run = scalingCommand({
  plan: ({ cluster, options }) => planAddMaster(cluster, options),
  execute: ({ cluster, options }, activity) => addMaster(cluster, options, activity),
  summary: (result) => `added ${list(result.added)} in ${duration(result.elapsedMs)}; ${movedText(result)}`,
});
