import type { Command } from '../connection.js';
import { asNothing } from '../reply.js';

/** Only a node that knows no other and has epoch 0 accepts it. */
export const clusterSetConfigEpoch = (epoch: number): Command<undefined> => ({
  args: ['CLUSTER', 'SET-CONFIG-EPOCH', epoch],
  decode: asNothing,
});
