import chalk from 'chalk';
import { duration } from '../../base/format.js';
import type { KillResult } from '../../drills/kill.js';
import type { TimelineEvent } from '../../drills/timeline.js';

/** What `kill` prints: the phases, and what the client lost. */
export function killText(result: KillResult): string {
  const { victim, promoted, timeline, writes, outageMs } = result;
  const back = `bring it back: rcluster start ${victim}`;
  if (timeline.length === 0) return `killed ${victim}\n${back}`;
  const lines = toldOnce(timeline).map(eventLine);
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

interface Told extends TimelineEvent {
  /** How many other nodes said the same later. */
  readonly others: number;
}

/** What many nodes say stands where the first of them says it: of sixty nodes nobody reads sixty lines. --json has all. */
function toldOnce(timeline: readonly TimelineEvent[]): Told[] {
  const told = new Map<string, Told>();
  for (const event of timeline) {
    const what = event.event.replace(/^heard from \S+ /, '');
    const first = told.get(what) ?? { ...event, others: -1 };
    told.set(what, { ...first, others: first.others + 1 });
  }
  return [...told.values()];
}

function eventLine({ atMs, node, event, others }: Told): string {
  const more = others === 0 ? '' : chalk.dim(` (and ${others} more)`);
  return `${chalk.dim(`${String(atMs).padStart(7)} ms`)}  ${node.padEnd(8)}  ${event}${more}`;
}
