import type { SlotRange } from '../../cluster/slots.js';
import type { NodeId } from '../../cluster/topology.js';
import type { Command, Reply } from '../connection.js';
import { asNothing, asText } from '../reply.js';

/** One slot migration as the server itself carries it out (Valkey 9). */
export interface SlotMigration {
  readonly name: string;
  /** Whether the node gives the slots or takes them. */
  readonly operation: string;
  /** `success`, `failed` and `cancelled` are final. */
  readonly state: string;
  readonly message: string;
  readonly slotRanges: string;
}

/** Whether the server knows atomic slot migration: Valkey 9 and later. https://valkey.io/commands/cluster-migrateslots/ */
export const knowsMigrateSlots = (): Command<boolean> => ({
  args: ['COMMAND', 'INFO', 'cluster|migrateslots'],
  decode: (reply) => Array.isArray(reply) && Array.isArray(reply[0]),
});

/** On the source: the slots go to `target`, all at once at the end. */
export const clusterMigrateSlots = (ranges: readonly SlotRange[], target: NodeId): Command<undefined> => ({
  args: ['CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', ...ranges.flat(), 'NODE', target],
  decode: asNothing,
});

/** The migrations that the node takes or took part in, the newest first. */
export const clusterGetSlotMigrations = (): Command<SlotMigration[]> => ({
  args: ['CLUSTER', 'GETSLOTMIGRATIONS'],
  decode: (reply) => (Array.isArray(reply) ? reply.map(asMigration) : []),
});

/** On the source: its running migrations end, and the slots stay. */
export const clusterCancelSlotMigrations = (): Command<undefined> => ({
  args: ['CLUSTER', 'CANCELSLOTMIGRATIONS'],
  decode: asNothing,
});

/** Some of the values are numbers. */
const textIn = (reply: Reply | undefined) =>
  typeof reply === 'number' ? String(reply) : asText(reply ?? null);

function asMigration(reply: Reply): SlotMigration {
  const items = Array.isArray(reply) ? reply : [];
  const fields = new Map<string, string>();
  for (let index = 0; index + 1 < items.length; index += 2)
    fields.set(textIn(items[index]), textIn(items[index + 1]));
  const field = (name: string) => fields.get(name) ?? '';
  return {
    name: field('name'),
    operation: field('operation').toLowerCase(),
    state: field('state').toLowerCase(),
    message: field('message'),
    slotRanges: field('slot_ranges'),
  };
}
