import * as z from 'zod';
import { specRecord } from './spec-record.js';
import { readJson } from './written.js';

/** What stands in a cluster's state folder, held against what we write there: anybody may have changed it since. Pure. */

const nodeName = z.string().regex(/^node-[1-9]\d{0,5}$/);
const nodes = z.array(nodeName);
const values = z.record(z.string(), z.string());
const slot = z.int().min(0).max(16_383);

const faultRecord = z.discriminatedUnion('fault', [
  z.object({ fault: z.enum(['kill', 'stop', 'restart', 'pause', 'isolate', 'disk-full']), nodes }),
  z.object({ fault: z.literal('partition'), groups: z.array(nodes), oneWay: z.boolean() }),
  z.object({ fault: z.literal('latency'), nodes, delayMs: z.number(), jitterMs: z.number() }),
  z.object({ fault: z.literal('settings'), values, previous: z.record(nodeName, values) }),
  z.object({ fault: z.literal('loss'), nodes, percent: z.number() }),
  z.object({ fault: z.literal('fill'), nodes, roomBytes: z.number() }),
  z.object({ fault: z.literal('slow'), nodes, busyMs: z.number(), everyMs: z.number() }),
]);

/** A fault that was injected. Its id becomes part of a file's name and of a rule's. */
const faultEntry = z.object({
  version: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{8}$/),
  fault: faultRecord,
  text: z.string(),
  injectedAt: z.string(),
  // kill(2) takes 0 and below for whole groups of processes.
  pid: z.int().min(1),
  struck: z.boolean().default(false),
});

const journal = z.object({
  version: z.literal(1),
  command: z.string(),
  newcomers: z
    .array(z.object({ name: nodeName, number: z.int().min(1), port: z.int().min(1).max(65_535) }))
    .exactOptional(),
  masters: z.int().min(0).exactOptional(),
  moves: z
    .array(z.object({ from: z.string(), to: z.string(), slots: z.array(z.tuple([slot, slot])) }))
    .exactOptional(),
});

const passedDrill = z.object({ version: z.literal(1), name: z.string(), at: z.number() });

const registration = z.object({
  spec: specRecord,
  server: z.string().min(1),
  env: z.record(z.string(), z.string()),
});

/** Each takes a file's text and gives what it says; undefined where that is not what we write. */
export const faultEntryIn = (text: string) => parsed(faultEntry, text);
export const journalIn = (text: string) => parsed(journal, text);
export const passedDrillIn = (text: string) => parsed(passedDrill, text);
export const registrationIn = (text: string) => parsed(registration, text);

function parsed<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  const written = readJson(text);
  return 'problems' in written ? undefined : schema.safeParse(written.value).data;
}
