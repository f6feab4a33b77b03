import { plural } from '../base/format.js';
import type { AppliedFix, ChecklistItem, CheckupReport } from '../cluster/checkup/report.js';

/** What the renderings of a checkup have in common. */

/** `1 error, 2 warnings and 5 notes`; of nothing `nothing to find fault with`. */
export function countsText({ findings }: CheckupReport): string {
  const counts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [plural(count, severity)];
  });
  return counts.length === 0 ? 'nothing to find fault with' : counts.join(', ');
}

/** `25 checks of 6 nodes in 1.9 s, 17 of them fine`. */
export function extentText({ checks, nodes, answered, elapsedMs }: CheckupReport): string {
  const fine = checks.filter(({ result }) => result === 'ok').length;
  const silent = answered < nodes ? `, of which ${nodes - answered} did not answer` : '';
  return `${plural(checks.length, 'check')} of ${plural(nodes, 'node')}${silent}, in ${(elapsedMs / 1000).toFixed(1)} s: ${fine} found nothing`;
}

/** What could not be looked at, by the reason. */
export function unseenByReason(checks: readonly ChecklistItem[]): ReadonlyMap<string, readonly string[]> {
  const byReason = new Map<string, string[]>();
  for (const { title, reason } of checks) {
    if (reason !== null) byReason.set(reason, [...(byReason.get(reason) ?? []), title]);
  }
  return byReason;
}

/** `cluster-replica-no-failover no on node-4 and node-5, written to redis.conf`: one line for all nodes alike. */
export function fixedLines(fixed: readonly AppliedFix[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { node, parameter, value, written, error } of fixed) {
    const outcome =
      error === null
        ? written
          ? 'written to redis.conf'
          : 'until the server ends: it has no redis.conf that it can write'
        : `refused: ${error}`;
    const key = JSON.stringify([`${parameter} ${value}`, outcome]);
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups].map(([key, nodes]) => {
    const [what = '', outcome = ''] = JSON.parse(key) as string[];
    return `CONFIG SET ${what} on ${nodes.join(', ')} (${outcome})`;
  });
}
