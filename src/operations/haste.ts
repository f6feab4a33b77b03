import { all } from '../base/concurrency.js';
import type { ClusterSpec } from '../config/types.js';
import type { NodeConnection } from '../redis/connection.js';
import { readNodeTimeout, setNodeTimeout } from './node-timeout.js';

/**
 * Nodes hear news of each other within half a node timeout, which in a large cluster is many seconds. While it forms they
 * get this one, in milliseconds. It may not be too short either: an introduction that takes longer is given up, and how
 * long they take grows with the square of the nodes. On two cores 200 nodes form with 8 s in 67 to 89 s, with 4 s in 48 s or never.
 */
function formingNodeTimeout({ masters, replicas }: Shape): number {
  return Math.max(1_000, Math.round((masters * (1 + replicas)) ** 2 / 5));
}

type Shape = Pick<ClusterSpec, 'masters' | 'replicas' | 'nodeTimeout'>;

/** Lets news spread fast. A server that has no CONFIG command forms at its own pace. */
export async function makeHaste(connections: readonly NodeConnection[], spec: Shape): Promise<void> {
  const forming = formingNodeTimeout(spec);
  if (spec.nodeTimeout <= forming) return;
  await all(connections, (connection) => connection.settleAll([setNodeTimeout(forming)]));
}

/** Gives the nodes the timeout that they were configured with, unless somebody gave them another one meanwhile. */
export async function endHaste(connections: readonly NodeConnection[], spec: Shape): Promise<void> {
  const forming = formingNodeTimeout(spec);
  if (spec.nodeTimeout <= forming) return;
  await all(connections, async (connection) => {
    if ((await readNodeTimeout(connection)) === forming)
      await connection.run(setNodeTimeout(spec.nodeTimeout));
  });
}
