import { all } from '../base/concurrency.js';
import { configGet, configSet } from '../redis/commands/index.js';
import type { NodeConnection } from '../redis/connection.js';

/**
 * Nodes hear news of each other within half a node timeout, which in a large cluster is seconds. While it forms they
 * get this one, in milliseconds.
 */
const FORMING_NODE_TIMEOUT_MS = 2_000;
const PARAMETER = 'cluster-node-timeout';

/** Lets news spread fast. A server that has no CONFIG command forms at its own pace. */
export async function makeHaste(
  connections: readonly NodeConnection[],
  nodeTimeoutMs: number,
): Promise<void> {
  if (nodeTimeoutMs <= FORMING_NODE_TIMEOUT_MS) return;
  await all(connections, (connection) =>
    connection.settleAll([configSet(PARAMETER, FORMING_NODE_TIMEOUT_MS)]),
  );
}

/** Gives the nodes the timeout that they were configured with, unless somebody gave them another one meanwhile. */
export async function endHaste(connections: readonly NodeConnection[], nodeTimeoutMs: number): Promise<void> {
  if (nodeTimeoutMs <= FORMING_NODE_TIMEOUT_MS) return;
  await all(connections, async (connection) => {
    const [now] = await connection.settleAll([configGet(PARAMETER)]);
    if (now === String(FORMING_NODE_TIMEOUT_MS)) await connection.run(configSet(PARAMETER, nodeTimeoutMs));
  });
}
