import type { Slot } from '../../cluster/slots.js';
import type { NodeId } from '../../cluster/topology.js';
import type { Command } from '../connection.js';
import { asNothing } from '../reply.js';

/** On the source: the slot leaves for `target`; keys that are missing are asked for there (-ASK). */
export const setSlotMigrating = (slot: Slot, target: NodeId): Command<undefined> => ({
  args: ['CLUSTER', 'SETSLOT', slot, 'MIGRATING', target],
  decode: asNothing,
});

/** On the target: the slot arrives from `source`; commands after ASKING are served. */
export const setSlotImporting = (slot: Slot, source: NodeId): Command<undefined> => ({
  args: ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', source],
  decode: asNothing,
});

/** The slot belongs to `owner` now. An importing target raises its config epoch with it, so that its claim wins. */
export const setSlotNode = (slot: Slot, owner: NodeId): Command<undefined> => ({
  args: ['CLUSTER', 'SETSLOT', slot, 'NODE', owner],
  decode: asNothing,
});

/** Forgets that the slot is migrating or importing; its owner stays. */
export const setSlotStable = (slot: Slot): Command<undefined> => ({
  args: ['CLUSTER', 'SETSLOT', slot, 'STABLE'],
  decode: asNothing,
});
