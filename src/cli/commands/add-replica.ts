import { duration, list } from '../../base/format.js';
import { addReplica, planAddReplica } from '../../operations/scaling/add-replica.js';
import { scalingCommand } from './scaling.js';

export const run = scalingCommand({
  plan: ({ cluster, options }) => planAddReplica(cluster, options),
  execute: ({ cluster, options }, activity) => addReplica(cluster, options, activity),
  summary: ({ added, elapsedMs }) => {
    const pairs = added.map(({ replica, master }) => `${replica} of ${master}`);
    return `added ${list(pairs)} in ${duration(elapsedMs)}`;
  },
});
