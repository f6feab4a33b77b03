import type { Slot } from '../../cluster/slots.js';
import type { Command } from '../connection.js';
import { asBuffers } from '../reply.js';

/** Up to `count` keys of the slot that the node holds. */
export const clusterGetKeysInSlot = (slot: Slot, count: number): Command<Buffer[]> => ({
  args: ['CLUSTER', 'GETKEYSINSLOT', slot, count],
  binary: true,
  decode: asBuffers,
});
