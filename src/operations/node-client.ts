import { RclusterError, messageOf } from '../base/errors.js';
import { hostOf, NETWORK } from '../config/announce.js';
import { openClusterClient } from '../redis/cluster-client.js';
import type { Reply } from '../redis/connection.js';
import { findCluster } from '../runtimes/detect.js';
import { runHostClient } from '../runtimes/host-client.js';
import { redisCliAccess } from './access/redis-cli-words.js';
import { clientEndpointOf } from './connections.js';
import { findNodeOf } from './node-lifecycle.js';

/**
 * Runs redis-cli on this terminal: beside the node that is named, or on this host, following redirections, when none is.
 *
 * @returns the exit code of redis-cli, or undefined where there is none
 * @throws CLUSTER_UNKNOWN, NODE_UNKNOWN, NODE_NOT_RUNNING
 */
export async function runNodeClient(
  cluster: string,
  reference: string | undefined,
  args: readonly string[],
): Promise<number | undefined> {
  const { found, status, node } = await findNodeOf(cluster, reference);
  if (node.state !== 'running') {
    const others = status.nodes
      .filter(({ state }) => state === 'running')
      .map(({ port, name }) => `${port}  ${name}`);
    throw new RclusterError('NODE_NOT_RUNNING', `${node.name} (${node.port}) is ${node.state}`, {
      details: others.length > 0 ? ['running are:', ...others] : [],
      hint: `rcluster start ${node.port}`,
    });
  }
  const { spec } = found.record;
  // Only within the network do the names lead anywhere that nodes announce there.
  const isFollowing = spec.announce === NETWORK && reference === undefined;
  const isBeside = (reference !== undefined || isFollowing) && found.runtime.kind === 'docker';
  const { words, env } = redisCliAccess(spec, isBeside ? 'node' : 'host');
  if (isBeside || found.runtime.kind === 'process') {
    return found.runtime.runClient(
      cluster,
      node.name,
      [...(isFollowing ? ['-c'] : []), ...words, ...args],
      env,
    );
  }
  return runHostClient([], env, hostOf(spec), node.port, [...words, ...args]);
}

/** Sends commands to whichever node they belong to, for hosts without redis-cli. */
export async function openCaller(
  cluster: string,
): Promise<{ call(args: readonly string[]): Promise<Reply>; close(): void }> {
  const { record } = await findCluster(cluster);
  const client = openClusterClient(record.nodes.map((node) => clientEndpointOf(record.spec, node)));
  return {
    call: async ([name = '', ...args]) => {
      try {
        return (await client.call(name, ...args)) as Reply;
      } catch (error) {
        throw new RclusterError('REDIS_ERROR', messageOf(error), { cause: error });
      }
    },
    close: () => client.disconnect(),
  };
}
