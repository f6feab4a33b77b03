import { Deadline, sleep } from '../base/deadline.js';
import type { Finding } from '../cluster/findings.js';
import { again, type FoundCluster } from '../runtimes/detect.js';
import { observe, type StatusReport } from './observe.js';

const SETTLE_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** What the nodes mend by themselves within a moment, by gossip and replication. */
export const PASSING: ReadonlySet<Finding['code']> = new Set([
  'VIEWS_DISAGREE',
  'NODE_SILENT',
  'NODE_SUSPECTED',
  'NODE_NOT_SERVING',
  'REPLICA_UNLINKED',
]);

/** What a change to the cluster has stirred up, and will pass. */
export function stirredUp(before: readonly Finding[], now: readonly Finding[]): Finding[] {
  return now.filter(
    ({ code, node }) =>
      PASSING.has(code) && !before.some((other) => other.code === code && other.node === node),
  );
}

/**
 * The cluster as it is when what a change has stirred up has passed, or after {@link SETTLE_MS}.
 *
 * @param before what was so before the change, and is not waited for
 */
export async function observeSettled(
  found: FoundCluster,
  before: readonly Finding[] = [],
): Promise<StatusReport> {
  const deadline = Deadline.after(SETTLE_MS);
  for (;;) {
    const status = await observe(await again(found));
    if (stirredUp(before, status.findings).length === 0 || deadline.expired) return status;
    await sleep(LOOK_EVERY_MS);
  }
}
