import type { SlotRange } from '../../cluster/slots.js';
import type { Command } from '../connection.js';
import { asNothing } from '../reply.js';

/** Takes slots that nobody owns, as far as the node knows. Redis 7.0 or newer. */
export const clusterAddSlotsRange = (ranges: readonly SlotRange[]): Command<undefined> => ({
  args: ['CLUSTER', 'ADDSLOTSRANGE', ...ranges.flat()],
  decode: asNothing,
});
