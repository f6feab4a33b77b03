import chalk from 'chalk';
import { duration } from '../../base/format.js';
import type { KillResult, TimelineEvent } from '../../index.js';

/** What `kill` prints: the phases, and what the client lost. */
export function killText(result: KillResult): string {
  const { victim, promoted, timeline, writes, outageMs } = result;
  const back = `bring it back: rcluster start ${victim}`;
  if (timeline.length === 0) return `killed ${victim}\n${back}`;
  const lines = timeline.map(eventLine);
  const outcome = [];
  if (outageMs !== undefined && result.detectMs !== undefined) {
    const phases = `detect ${result.detectMs} + elect ${result.electMs ?? 0} + recover ${result.recoverMs ?? 0} ms`;
    outcome.push(
      `${chalk.bold(`${promoted ?? 'a replica'} took over; writes failed for ${duration(outageMs)}`)}  (${phases})`,
    );
  } else if (result.role === 'replica')
    outcome.push(chalk.bold(`${victim} is a replica: its master went on`));
  if (writes !== undefined) {
    const lost = writes.lost === 0 ? 'none lost' : chalk.red(`${writes.lost} LOST`);
    outcome.push(
      `writes: ${writes.attempted} attempted, ${writes.acknowledged} acknowledged, ${writes.failed} failed; of the acknowledged ${lost}`,
    );
  }
  return [...lines, '', ...outcome, back].join('\n');
}

function eventLine({ atMs, node, event }: TimelineEvent): string {
  return `${chalk.dim(`${String(atMs).padStart(7)} ms`)}  ${node.padEnd(8)}  ${event}`;
}
