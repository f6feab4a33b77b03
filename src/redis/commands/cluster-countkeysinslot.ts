import type { Slot } from '../../cluster/slots.js';
import type { Command } from '../connection.js';
import { asNumber } from '../reply.js';

export const clusterCountKeysInSlot = (slot: Slot): Command<number> => ({
  args: ['CLUSTER', 'COUNTKEYSINSLOT', slot],
  decode: asNumber,
});
