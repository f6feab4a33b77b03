import type { NodeId } from '../../cluster/topology.js';
import type { Command } from '../connection.js';
import { asNothing } from '../reply.js';

/** Removes a node from the node's table and bans it for 60 s, so that gossip does not bring it back. */
export const clusterForget = (id: NodeId): Command<undefined> => ({
  args: ['CLUSTER', 'FORGET', id],
  decode: asNothing,
});
