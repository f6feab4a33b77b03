import { all } from '../../base/concurrency.js';
import { Deadline, waitUntilNothingIsMissing } from '../../base/deadline.js';
import { unsettledEpochs } from '../../cluster/epochs.js';
import { clusterNodes } from '../../redis/commands/index.js';
import { memberOf, type Member } from '../members.js';
import { readNodeTimeout } from '../node-timeout.js';

const SETTLE_MS = 30_000;
/** Two nodes hear each other at least twice in a node timeout: once to part, and once to learn of it. */
const TIMEOUTS_TO_SETTLE = 2;

/**
 * Until the claims to slots of these sources will win: see {@link unsettledEpochs}.
 *
 * @throws TIMEOUT, INTERRUPTED
 */
export async function waitUntilEpochsAreSettled(
  members: readonly Member[],
  sources: readonly Member[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const masters = members.filter(({ role }) => role === 'master');
  const ids = sources.map(({ id }) => id);
  const missing = async () => {
    const views = await all(masters, ({ connection }) => connection.run(clusterNodes()));
    return unsettledEpochs(views, ids, (id) => memberOf(members, id).name);
  };
  if ((await missing()).length === 0) return;
  const nodeTimeouts = await all(sources, async ({ connection }) => (await readNodeTimeout(connection)) ?? 0);
  const waitMs = Math.max(SETTLE_MS, TIMEOUTS_TO_SETTLE * Math.max(...nodeTimeouts));
  await waitUntilNothingIsMissing(missing, {
    deadline: Deadline.after(waitMs, signal),
    what: 'every source to have a config epoch of its own',
  });
}
