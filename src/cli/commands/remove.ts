import { duration, list } from '../../base/format.js';
import { planRemove, remove } from '../../operations/scaling/remove.js';
import { movedText } from '../ui/scaling.js';
import { scalingCommand } from './scaling.js';

export const run = scalingCommand({
  plan: ({ cluster, args, options }) => planRemove(cluster, args, options),
  execute: ({ cluster, args, options }, activity) => remove(cluster, args, options, activity),
  question: ({ args }) => `remove ${list(args)} with their data?`,
  summary: (result) =>
    `removed ${list(result.removed)} in ${duration(result.elapsedMs)}; ${movedText(result)}`,
});
