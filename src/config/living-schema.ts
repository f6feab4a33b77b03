import * as z from 'zod';
import { FIXED_SETTINGS, flag, milliseconds, wholeNumber } from './fields.js';

/** The options of the commands that look at keys and nodes of a running cluster; a field is named after its flag. */

const words = z.array(z.union([z.string(), z.instanceof(Buffer)]).transform((word) => Buffer.from(word)));

const HEX = /^(0x)?([0-9a-f]{2})*$/i;

export const slotSchema = z
  .strictObject({ keys: z.array(z.union([z.string(), z.instanceof(Buffer)])), hex: flag.default(false) })
  .transform(({ keys, hex }, context): Buffer[] => {
    if (!hex) return keys.map((key) => Buffer.from(key));
    return keys.map((key) => {
      const digits = key.toString().trim();
      if (!HEX.test(digits)) {
        const message = `"${digits.slice(0, 40)}" must be bytes as pairs of hex digits, such as 757365723a31`;
        context.addIssue({ code: 'custom', path: ['hex'], message });
      }
      return Buffer.from(digits.replace(/^0x/i, ''), 'hex');
    });
  });

export const keysSchema = z.strictObject({
  pattern: z
    .union([z.string(), z.instanceof(Buffer)])
    .transform((pattern) => Buffer.from(pattern))
    .default(Buffer.from('*')),
  limit: wholeNumber('a whole number', 1, 1_000_000_000).optional(),
  count: wholeNumber('a whole number', 1, 1_000_000).default(1000),
  type: z
    .string()
    .regex(/^[\w-]+$/, { error: 'must be a type, such as string, hash, list, set, zset or stream' })
    .optional(),
});

export const callSchema = z.strictObject({
  words: words.min(1, { error: 'is missing' }),
  on: z.string().min(1, { error: 'must be all, masters, replicas or a node' }).default('all'),
});

export const slowlogSchema = z.strictObject({
  limit: wholeNumber('a whole number', 1, 100_000).default(20),
});

export const skewSchema = z.strictObject({
  by: z.enum(['memory', 'keys'], { error: 'must be memory or keys' }).default('memory'),
  sample: wholeNumber('a whole number', 1, 10_000_000).default(5000),
  for: milliseconds(100, 600_000).default(1000),
});

/** What, changed while the servers run, would part them from rcluster, from their clients or from each other. */
const BREAKING: ReadonlyMap<string, string> = new Map([
  ['port', 'nobody would find the node again'],
  ['tls-port', 'nobody would find the node again'],
  ['bind', 'nobody would reach the node any more'],
  ['protected-mode', 'nobody outside the container would reach the node any more'],
  ['cluster-announce-hostname', 'clients would no longer reach the nodes'],
  ...FIXED_SETTINGS,
  ['masterauth', 'replicas would no longer get in at their masters'],
  ['primaryauth', 'replicas would no longer get in at their masters'],
  ['requirepass', 'rcluster and the other nodes would be locked out'],
]);

/** `NAME VALUE` pairs in a row, or a record. */
export const configSetSchema = z.strictObject({
  settings: z
    .union([z.array(z.string()), z.record(z.string(), z.union([z.string(), z.number()]))])
    .transform((given, context): ReadonlyMap<string, string> => {
      const problem = (message: string) => context.addIssue({ code: 'custom', message });
      const flat = Array.isArray(given) ? given : Object.entries(given).flat().map(String);
      if (flat.length === 0 || flat.length % 2 === 1) problem('must be pairs of NAME and VALUE');
      const pairs = new Map<string, string>();
      for (let at = 0; at + 1 < flat.length; at += 2) {
        const name = (flat[at] ?? '').toLowerCase();
        const why = BREAKING.get(name);
        if (why !== undefined) problem(`${name} cannot be changed here: ${why}`);
        if (pairs.has(name)) problem(`${name} is given twice`);
        pairs.set(name, flat[at + 1] ?? '');
      }
      return pairs;
    }),
  rewrite: flag.default(true),
});

const SECRET = /^(requirepass|masterauth|primaryauth|tls-key-file-pass|tls-client-key-file-pass)$/;

/** Whether the setting's value is not for the eyes of whoever looks over a shoulder or into a log. */
export function isSecretSetting(name: string): boolean {
  return SECRET.test(name.toLowerCase());
}

/** `keys` as text or bytes; with `hex` each is pairs of hex digits. */
export type SlotOptions = z.input<typeof slotSchema>;
/** `count`: how many keys a server looks at in a turn; `limit`: how many are wanted. */
export type KeysOptions = z.input<typeof keysSchema>;
/** `on`: all, masters, replicas or one node in any of its names. */
export type CallOptions = z.input<typeof callSchema>;
export type SlowlogOptions = z.input<typeof slowlogSchema>;
/** `sample`: keys to weigh on each master; `for`: how long operations are counted, such as 5s. */
export type SkewOptions = z.input<typeof skewSchema>;
/** `rewrite`: also into redis.conf, so that it outlives a restart; default true. */
export type ConfigSetOptions = z.input<typeof configSetSchema>;
