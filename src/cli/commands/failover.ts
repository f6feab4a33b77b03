import { duration } from '../../base/format.js';
import type { FailoverKind } from '../../cluster/plan-step.js';
import { failover, planFailover } from '../../drills/failover.js';
import { EXIT } from '../exit-codes.js';
import { statusText } from '../ui/tables.js';
import type { CommandRun } from './index.js';
import { showPlan } from './scaling.js';

export const run: CommandRun = async (context, { args, options }) => {
  const { ui, cluster, signal } = context;
  const [node = ''] = args;
  const how: FailoverKind =
    options['takeover'] === true ? 'takeover' : options['force'] === true ? 'force' : 'graceful';
  if (options['dryRun'] === true) {
    showPlan(context, await planFailover(cluster, node, how));
    return EXIT.done;
  }
  const result = await failover(cluster, node, { how, emit: ui.emit, signal });
  const { promoted, demoted, pauseMs, writes } = result;
  ui.result(result, () =>
    [
      `${promoted} took over from ${demoted}; writes paused for ${duration(pauseMs)} at most`,
      `writes: ${writes.attempted} attempted, ${writes.acknowledged} acknowledged, ${writes.failed} failed; of the acknowledged ${writes.lost === 0 ? 'none' : writes.lost} lost`,
      '',
      statusText(result),
    ].join('\n'),
  );
  return EXIT.done;
};
