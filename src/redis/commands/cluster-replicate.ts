import type { NodeId } from '../../cluster/topology.js';
import type { Command } from '../connection.js';
import { asNothing } from '../reply.js';

/** Makes the node a replica. It must know the master, own no slot and hold no key. */
export const clusterReplicate = (master: NodeId): Command<undefined> => ({
  args: ['CLUSTER', 'REPLICATE', master],
  decode: asNothing,
});
