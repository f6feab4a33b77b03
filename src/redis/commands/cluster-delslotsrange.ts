import type { SlotRange } from '../../cluster/slots.js';
import type { Command } from '../connection.js';
import { asNothing } from '../reply.js';

/** The node no longer claims the slots; their keys stay. */
export const clusterDelSlotsRange = (ranges: readonly SlotRange[]): Command<undefined> => ({
  args: ['CLUSTER', 'DELSLOTSRANGE', ...ranges.flat()],
  decode: asNothing,
});
