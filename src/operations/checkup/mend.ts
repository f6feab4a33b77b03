import { all } from '../../base/concurrency.js';
import { messageOf } from '../../base/errors.js';
import type { CheckupFinding, Fix } from '../../cluster/checkup/finding.js';
import type { AppliedFix } from '../../cluster/checkup/report.js';
import { configRewrite, configSet } from '../../redis/commands/index.js';
import type { NodeConnection } from '../../redis/connection.js';
import type { Connected } from '../connections.js';

/** Carries out the CONFIG SETs that mend what was found, and writes them into redis.conf. Notes are left as they are. */
export async function applyFixes(
  findings: readonly CheckupFinding[],
  connected: readonly Connected[],
): Promise<AppliedFix[]> {
  const fixes = fixesOf(findings);
  const applied = await all(connected, async ({ node, connection }) => {
    const own = fixes.filter((fix) => fix.node === node.name);
    return own.length === 0 ? [] : applyTo(connection, own);
  });
  return applied.flat();
}

/** One value for each parameter of a node: of several the last, since the checklist ends with what all nodes share. */
export function fixesOf(findings: readonly CheckupFinding[]): Fix[] {
  const byTarget = new Map<string, Fix>();
  for (const { severity, fixes } of findings) {
    if (severity === 'note') continue;
    for (const fix of fixes) {
      // The limits of two classes of clients are set independently of each other.
      const [scope = ''] = fix.parameter === 'client-output-buffer-limit' ? fix.value.split(' ') : [];
      byTarget.set(`${fix.node} ${fix.parameter} ${scope}`, fix);
    }
  }
  return [...byTarget.values()];
}

async function applyTo(connection: NodeConnection, fixes: readonly Fix[]): Promise<AppliedFix[]> {
  const outcomes = await connection.settleAll(
    fixes.map(({ parameter, value }) => configSet(parameter, value)),
  );
  // A server that was started without a file refuses; the setting holds until it ends.
  const written = await connection.run(configRewrite()).then(
    () => true,
    () => false,
  );
  return fixes.map((fix, index) => {
    const outcome = outcomes[index];
    const error = outcome instanceof Error ? messageOf(outcome) : null;
    return { ...fix, written: written && error === null, error };
  });
}
