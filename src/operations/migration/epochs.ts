import { all } from '../../base/concurrency.js';
import { Deadline, waitUntilNothingIsMissing } from '../../base/deadline.js';
import { unsettledEpochs } from '../../cluster/epochs.js';
import type { Move } from '../../cluster/rebalance.js';
import { clusterNodes } from '../../redis/commands/index.js';
import { memberOf, type Member } from '../members.js';

/** Nodes send each other something every few seconds, however long their timeout is. */
const SETTLE_MS = 30_000;

/**
 * Until the claims to the slots that are to move will win: see {@link unsettledEpochs}.
 *
 * @throws TIMEOUT, INTERRUPTED
 */
export async function waitUntilEpochsAreSettled(
  members: readonly Member[],
  moves: readonly Move[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const masters = members.filter(({ role }) => role === 'master');
  await waitUntilNothingIsMissing(
    async () => {
      const views = await all(masters, ({ connection }) => connection.run(clusterNodes()));
      return unsettledEpochs(views, moves, (id) => memberOf(members, id).name);
    },
    {
      deadline: Deadline.after(SETTLE_MS, signal),
      what: 'every source to have a config epoch of its own',
      everyMs: 20,
    },
  );
}
