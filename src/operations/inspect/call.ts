import { all } from '../../base/concurrency.js';
import { RclusterError } from '../../base/errors.js';
import { findNode } from '../../cluster/node-reference.js';
import type { Role } from '../../cluster/topology.js';
import { callSchema, type CallOptions } from '../../config/living-schema.js';
import { resolveOptions } from '../../config/resolve.js';
import type { Reply } from '../../redis/connection.js';
import { clientEndpointOf } from '../connections.js';
import { look, type SeenNode, type Sight, type UnseenNode } from './sight.js';

/** What one node answered. */
export interface NodeAnswer {
  readonly node: string;
  readonly endpoint: string;
  readonly role: Role;
  readonly reply: Reply | undefined;
  /** The server's own words, when it answered with an error. */
  readonly error: string | undefined;
}

export interface CallResult {
  readonly cluster: string;
  readonly command: readonly Buffer[];
  readonly answers: readonly NodeAnswer[];
  readonly unseen: readonly UnseenNode[];
}

/**
 * Sends a command to nodes as it is, to each for itself: nobody follows a redirection.
 *
 * @throws CLUSTER_UNKNOWN, NODE_UNKNOWN, NODE_AMBIGUOUS, NODE_NOT_RUNNING, CONFIG_INVALID
 */
export async function callNodes(cluster: string, options: CallOptions): Promise<CallResult> {
  const { words, on } = resolveOptions(callSchema, options);
  return look(
    cluster,
    async (sight) => {
      const { nodes, unseen } = chosen(sight, on);
      const answers = await all(nodes, async ({ name, endpoint, role, connection }): Promise<NodeAnswer> => {
        const [answer = null] = await connection.say([words]);
        const failed = answer instanceof Error;
        return {
          ...{ node: name, endpoint, role },
          reply: failed ? undefined : answer,
          error: failed ? answer.message : undefined,
        };
      });
      return { cluster, command: words, answers, unseen };
    },
    clientEndpointOf,
  );
}

function chosen(sight: Sight, on: string): Pick<Sight, 'nodes' | 'unseen'> {
  if (on === 'all') return sight;
  if (on === 'masters' || on === 'replicas') {
    const role = on === 'masters' ? 'master' : 'replica';
    const isMeant = (node: { role: Role | undefined }) => node.role === undefined || node.role === role;
    return { nodes: sight.nodes.filter(isMeant), unseen: sight.unseen.filter(isMeant) };
  }
  return { nodes: [seenNodeNamed(sight, on)], unseen: [] };
}

/** @throws NODE_UNKNOWN, NODE_AMBIGUOUS, NODE_NOT_RUNNING */
function seenNodeNamed({ nodes, unseen, topology }: Sight, reference: string): SeenNode {
  const silent = unseen.map(({ node, port, why }) => {
    const { id = '', slots = [] } = topology.nodes.find((other) => other.port === port) ?? {};
    return { name: node, port, id, slots, why };
  });
  const node = findNode([...nodes, ...silent], reference);
  if ('connection' in node) return node;
  const why = /^[a-z]+$/.test(node.why) ? `is ${node.why}` : node.why;
  throw new RclusterError('NODE_NOT_RUNNING', `${node.name} (${node.port}) ${why}`, {
    hint: `rcluster start ${node.port}`,
  });
}
