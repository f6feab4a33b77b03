import { sleep, type Deadline } from '../base/deadline.js';
import { RclusterError, messageOf } from '../base/errors.js';
import type { NodeId } from '../cluster/topology.js';
import { clusterReplicate } from '../redis/commands/index.js';
import type { NodeConnection } from '../redis/connection.js';

const RETRY_MS = 10;

/**
 * Makes a node follow a master as soon as the two have shaken hands: until then the server answers "Unknown node".
 *
 * @throws TIMEOUT, or REDIS_ERROR when it is refused for another reason
 */
export async function replicate(
  connection: NodeConnection,
  master: NodeId,
  name: string,
  deadline: Deadline,
): Promise<void> {
  for (;;) {
    const [outcome] = await connection.settleAll([clusterReplicate(master)]);
    if (!(outcome instanceof Error)) return;
    if (!/unknown node/i.test(outcome.message)) throw outcome;
    if (deadline.expired) {
      throw new RclusterError('TIMEOUT', `${name} never got to know its master`, {
        details: [messageOf(outcome)],
      });
    }
    await sleep(RETRY_MS, deadline.signal);
  }
}
