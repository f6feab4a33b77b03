import chalk from 'chalk';
import { bytes, duration, plural } from '../../base/format.js';
import { toShellScript } from '../../cluster/redis-cli.js';
import type { PlanStep } from '../../cluster/plan-step.js';
import { countSlots, formatRanges } from '../../cluster/slots.js';
import type { MigrationResult } from '../../operations/migration/progress.js';
import type { ScalingPlan } from '../../operations/scaling/plan.js';
import { columns } from './tables.js';

/** `moved 4096 slots with 250057 keys (31.2 MB) in 2.3 s; no node was kept busy for longer than 6 ms at a time`. */
export function movedText(result: MigrationResult): string {
  const { slotsMoved, keysMoved, bytesMoved, migrateMs, longestPauseMs, strategy } = result;
  if (slotsMoved === 0) return 'no slot had to move';
  const size = bytesMoved > 0 ? ` (${bytes(bytesMoved)})` : '';
  const pause =
    longestPauseMs > 0 ? `; no node was kept busy for longer than ${duration(longestPauseMs)} at a time` : '';
  const how = strategy === 'atomic' ? ', by the server’s own atomic migration' : '';
  return `moved ${plural(slotsMoved, 'slot')} with ${plural(keysMoved, 'key')}${size} in ${duration(migrateMs)}${how}${pause}`;
}

/** What a command would do, and how redis-cli would be told to do it. */
export function planText({ steps, redisCli }: ScalingPlan): string {
  if (steps.length === 0) return 'nothing has to be done';
  return [
    columns(
      ['', 'STEP', 'WHAT'],
      steps.map((step, index) => [String(index + 1), step.kind, whatOf(step)]),
    ),
    '',
    chalk.dim('the same with redis-cli:'),
    toShellScript(redisCli).trimEnd(),
  ].join('\n');
}

function whatOf(step: PlanStep): string {
  switch (step.kind) {
    case 'boot':
      return `${step.node} on port ${step.port}`;
    case 'meet':
      return `${step.node} joins`;
    case 'move':
      return `${plural(countSlots(step.move.slots), 'slot')} from ${step.move.from} to ${step.move.to}: ${formatRanges(step.move.slots)}`;
    case 'replicate':
      return `${step.replica} follows ${step.master}`;
    case 'forget':
      return `every node forgets ${step.node}`;
    case 'remove':
      return `${step.node} and its data`;
    case 'failover':
      return `${step.node} becomes master`;
  }
}
