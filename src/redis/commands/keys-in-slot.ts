import type { Slot } from '../../cluster/slots.js';
import type { Command } from '../connection.js';
import { asNumber, asTexts } from '../reply.js';

/** How many keys of the slot the node holds. */
export const countKeysInSlot = (slot: Slot): Command<number> => ({
  args: ['CLUSTER', 'COUNTKEYSINSLOT', slot],
  decode: asNumber,
});

/** Up to `limit` of them, for people: bytes that are not UTF-8 are not kept. */
export const getKeysInSlot = (slot: Slot, limit: number): Command<string[]> => ({
  args: ['CLUSTER', 'GETKEYSINSLOT', slot, limit],
  decode: asTexts,
});
