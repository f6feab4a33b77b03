import { planRebalanceOf, rebalance } from '../../operations/scaling/rebalance.js';
import { movedText } from '../ui/scaling.js';
import { scalingCommand } from './scaling.js';

export const run = scalingCommand({
  plan: ({ cluster, options }) => planRebalanceOf(cluster, options),
  execute: ({ cluster, options }, activity) => rebalance(cluster, options, activity),
  summary: (result) =>
    result.slotsMoved === 0 ? 'every master has its share already; nothing was moved' : movedText(result),
});
