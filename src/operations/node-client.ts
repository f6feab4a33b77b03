import { RclusterError } from '../base/errors.js';
import { NodeConnection, type Reply } from '../redis/connection.js';
import { endpointOf } from './connections.js';
import { findNodeOf } from './node-lifecycle.js';

/**
 * Runs redis-cli beside a node, on this terminal.
 *
 * @param reference undefined: the first node that runs
 * @returns the exit code of redis-cli, or undefined where there is none
 * @throws CLUSTER_UNKNOWN, NODE_UNKNOWN, NODE_NOT_RUNNING
 */
export async function runNodeClient(
  cluster: string,
  reference: string | undefined,
  args: readonly string[],
): Promise<number | undefined> {
  const { found, node } = await runningNode(cluster, reference);
  return found.runtime.runClient(cluster, node.name, args);
}

/** Sends one command to a node, for hosts without redis-cli. */
export async function callNode(
  cluster: string,
  reference: string | undefined,
  args: readonly string[],
): Promise<Reply> {
  const { found, node } = await runningNode(cluster, reference);
  using connection = await NodeConnection.open(endpointOf(found.record.spec, node));
  return await connection.run({ args, decode: (reply) => reply });
}

async function runningNode(cluster: string, reference: string | undefined) {
  const { found, status, node } = await findNodeOf(cluster, reference);
  if (node.state === 'running') return { found, node };
  const others = status.nodes
    .filter(({ state }) => state === 'running')
    .map(({ port, name }) => `${port}  ${name}`);
  throw new RclusterError('NODE_NOT_RUNNING', `${node.name} (${node.port}) is ${node.state}`, {
    details: others.length > 0 ? ['running are:', ...others] : [],
    hint: `rcluster start ${node.port}`,
  });
}
