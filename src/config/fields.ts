import * as z from 'zod';

/** The kinds of value that options take, as flags (strings) and as library options alike. */

export const flag = z.boolean({ error: 'takes no value' });

export const wholeNumber = (what: string, min: number, max: number) =>
  z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: `must be ${what}` })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, {
      error: `must be ${what} from ${min} to ${max}`,
    });

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1000],
  ['kb', 1024],
  ['m', 1000 ** 2],
  ['mb', 1024 ** 2],
  ['g', 1000 ** 3],
  ['gb', 1024 ** 3],
]);

/** Bytes, in redis.conf's own notation: `100mb` is 100 * 1024 * 1024, `100m` is 100 * 1000 * 1000. */
export const size = z.unknown().transform((value, context): number => {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  const [, digits = '', unit = ''] = /^(\d+)\s*([a-z]*)$/i.exec(text) ?? [];
  const bytes = digits === '' ? NaN : Number(digits) * (SIZE_UNITS.get(unit.toLowerCase()) ?? NaN);
  if (Number.isSafeInteger(bytes)) return bytes;
  context.addIssue({ code: 'custom', message: 'must be a size, such as 100mb or 1gb' });
  return z.NEVER;
});

const VISIBLE = 'passwords would be visible in labels';

/** Settings by which nodes, clients and rcluster find each other, and their data. */
export const FIXED_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['cluster-preferred-endpoint-type', 'clients would no longer reach the nodes'],
  ['cluster-announce-ip', 'the cluster bus uses the addresses of the network'],
  ['cluster-announce-port', 'ports are the same inside and outside'],
  ['cluster-announce-bus-port', 'the cluster bus stays inside the network'],
  ['dir', 'data lies in the node’s volume'],
]);

/** Settings that rcluster decides itself; another value would break the cluster or the addressing. */
const RESERVED_SETTINGS: ReadonlyMap<string, string> = new Map([
  ...FIXED_SETTINGS,
  ['port', 'use --base-port'],
  ['bind', 'use --bind'],
  ['cluster-node-timeout', 'use --node-timeout'],
  ['maxmemory', 'use --maxmemory'],
  ['appendonly', 'use --persistence'],
  ['cluster-announce-hostname', 'use --announce'],
  ['cluster-enabled', 'every node is a cluster node'],
  ['cluster-config-file', 'rcluster decides where it lies'],
  ['cluster-port', 'the cluster bus is at port + 10000'],
  ['replicaof', 'rcluster decides who follows whom'],
  ['slaveof', 'rcluster decides who follows whom'],
  ['protected-mode', 'it would refuse every connection from outside the container'],
  ['rename-command', 'rcluster needs the commands by their names'],
  ['daemonize', 'the runtime watches the process'],
  ['logfile', 'the runtime reads the log'],
  ['pidfile', 'the runtime watches the process'],
  ['include', 'give the settings themselves'],
  ['requirepass', VISIBLE],
  ['masterauth', VISIBLE],
  ['primaryauth', VISIBLE],
  ['user', VISIBLE],
  ['tls-key-file-pass', VISIBLE],
]);

/** `KEY=VALUE` pairs, as flags are, or a record. */
export const settings = z.unknown().transform((value, context): Record<string, string> => {
  const problem = (message: string) => context.addIssue({ code: 'custom', message });
  const pairs: [string, string][] = [];
  if (Array.isArray(value)) {
    for (const pair of value as unknown[]) {
      const text = typeof pair === 'string' ? pair : '';
      const at = text.indexOf('=');
      if (at < 1) problem(`"${text}" must read KEY=VALUE`);
      else pairs.push([text.slice(0, at), text.slice(at + 1)]);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value) as [string, unknown][]) {
      if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean')
        pairs.push([key, String(item)]);
      else problem(`the value of ${key} must be a string, a number or a boolean`);
    }
  } else problem('must be a record of settings, or KEY=VALUE pairs');
  for (const [key, item] of pairs) {
    const reserved = RESERVED_SETTINGS.get(key.toLowerCase());
    if (reserved !== undefined) problem(`${key} cannot be set: ${reserved}`);
    else if (!/^[a-z][a-z0-9-]*$/i.test(key)) problem(`"${key}" is not the name of a redis.conf setting`);
    // A line break would start another setting in redis.conf.
    if (/[\r\n\0]/.test(item)) problem(`the value of ${key} must be a single line`);
  }
  return Object.fromEntries(pairs);
});

/** Hands a value on to a field that reads anything: an editor is told more than that. */
const unread = (value: unknown): unknown => value;

/** By node, what it has otherwise than the others. */
export const nodeSettings = z.record(
  z.string().regex(/^node-[1-9]\d{0,3}$/, { error: 'must be the name of a node, such as node-2' }),
  z.strictObject(
    {
      set: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .transform(unread)
        .pipe(settings)
        .prefault({}),
      maxmemory: z.union([z.number(), z.string()]).transform(unread).pipe(size).optional(),
    },
    { error: 'must have set or maxmemory' },
  ),
  { error: 'must be a record of nodes' },
);

const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
]);

/** Milliseconds: `250ms`, `1.5s`, `2m`; a number without a unit, and one that is no text, are milliseconds. */
export const milliseconds = (min: number, max: number) =>
  z.unknown().transform((value, context): number => {
    const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
    const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text) ?? [];
    const ms = Number(digits) * (DURATION_UNITS.get(unit === '' ? 'ms' : unit) ?? NaN);
    if (digits !== '' && ms >= min && ms <= max) return Math.round(ms);
    context.addIssue({
      code: 'custom',
      message: `must be a time from ${min} ms to ${max / 1000} s, such as 250ms, 5s or 2m`,
    });
    return z.NEVER;
  });
