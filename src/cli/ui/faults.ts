import { duration } from '../../base/format.js';
import type { BreakResult } from '../../drills/break.js';
import type { ActiveFault, HealResult } from '../../drills/faults/index.js';
import { columns, statusText } from './tables.js';

/** @param cure the command that heals it */
export function breakText(result: BreakResult, cure: string): string {
  const { text, healed, elapsedMs } = result;
  const head = healed
    ? `${text}: over, and healed after ${duration(elapsedMs)}`
    : `${text}\nheal it: ${cure}`;
  return `${head}\n\n${statusText(result)}`;
}

export function healText(result: HealResult): string {
  const { healed, elapsedMs, cluster } = result;
  const head =
    healed.length === 0
      ? [`nothing is broken on purpose in "${cluster}"`]
      : [`healed in ${duration(elapsedMs)}:`, ...healed.map((text) => `  ${text}`)];
  return [...head, '', statusText(result)].join('\n');
}

export function faultsText(cluster: string, faults: readonly ActiveFault[]): string {
  if (faults.length === 0) return `nothing is broken on purpose in "${cluster}"`;
  const rows = faults.map(({ text, since, pid }) => [
    text,
    since ?? '-',
    pid === undefined ? '-' : `pid ${pid}`,
  ]);
  return `${columns(['FAULT', 'SINCE', 'BY'], rows)}\n\nheal them: rcluster heal`;
}
