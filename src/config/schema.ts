import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { DEFAULTS } from './defaults.js';
import { CLUSTER_NAME } from './home.js';

/**
 * The options of `up`, as flags (all strings) and as library options (numbers and objects) alike. A field is named
 * after its flag: `nodeTimeout` is `--node-timeout`.
 */

const wholeNumber = (what: string, min: number, max: number) =>
  z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: `must be ${what}` })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, {
      error: `must be ${what} from ${min} to ${max}`,
    });

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

/** Bytes, in redis.conf's own notation: `100mb` is 100 * 1024 * 1024, `100m` is 100 * 1000 * 1000. */
const size = z
  .union([z.number().int().nonnegative(), z.string()], { error: 'must be a size' })
  .transform((value, context) => {
    if (typeof value === 'number') return value;
    const [, digits = '', unit = ''] = /^(\d+)\s*([a-z]*)$/.exec(value.toLowerCase()) ?? [];
    const factor = SIZE_UNITS[unit];
    if (digits === '' || factor === undefined) {
      context.addIssue({ code: 'custom', message: 'must be a size, such as 100mb or 1gb' });
      return z.NEVER;
    }
    return Number(digits) * factor;
  });

/** Settings that rcluster decides itself; another value would break the cluster or the addressing. */
const RESERVED_SETTINGS: Readonly<Record<string, string>> = {
  port: 'use --base-port',
  bind: 'use --bind',
  'cluster-node-timeout': 'use --node-timeout',
  maxmemory: 'use --maxmemory',
  appendonly: 'use --persistence',
  'cluster-announce-hostname': 'use --announce',
  'cluster-enabled': 'every node is a cluster node',
  'cluster-config-file': 'rcluster decides where it lies',
  'cluster-preferred-endpoint-type': 'clients would no longer reach the nodes',
  'cluster-announce-ip': 'the cluster bus uses the addresses of the network',
  'cluster-announce-port': 'ports are the same inside and outside',
  'cluster-announce-bus-port': 'the cluster bus stays inside the network',
  'cluster-port': 'the cluster bus is at port + 10000',
  daemonize: 'the runtime watches the process',
  dir: 'data lies in the node’s volume',
  logfile: 'the runtime reads the log',
  pidfile: 'the runtime watches the process',
  include: 'give the settings themselves',
  requirepass: 'passwords would be visible in labels',
  masterauth: 'passwords would be visible in labels',
  user: 'passwords would be visible in labels',
};

/** `KEY=VALUE` pairs, as flags are, or a record. */
const settings = z.unknown().transform((value, context): Record<string, string> => {
  const problem = (message: string) => context.addIssue({ code: 'custom', message });
  const record: Record<string, string> = {};
  if (Array.isArray(value)) {
    for (const pair of value.map(String)) {
      const at = pair.indexOf('=');
      if (at < 1) problem(`"${pair}" must read KEY=VALUE`);
      else record[pair.slice(0, at)] = pair.slice(at + 1);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) record[key] = String(item);
  } else problem('must be a record of settings, or KEY=VALUE pairs');
  for (const [key, item] of Object.entries(record)) {
    const reserved = RESERVED_SETTINGS[key.toLowerCase()];
    if (reserved !== undefined) problem(`${key} cannot be set: ${reserved}`);
    else if (!/^[a-z][a-z0-9-]*$/i.test(key)) problem(`"${key}" is not the name of a redis.conf setting`);
    // A line break would start another setting in redis.conf.
    if (/[\r\n\0]/.test(item)) problem(`the value of ${key} must be a single line`);
  }
  return record;
});

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

const clusterName = z.string().regex(CLUSTER_NAME, {
  error: 'must be 1 to 40 of a-z, 0-9, _ and -, starting with a letter or digit',
});

export const upSchema = z.strictObject({
  cluster: clusterName.default(DEFAULTS.cluster),
  masters: wholeNumber('a whole number', 1, 1000).default(DEFAULTS.masters),
  replicas: wholeNumber('a whole number', 0, 10).default(DEFAULTS.replicas),
  basePort: wholeNumber('a port', 1, 65_535).default(DEFAULTS.basePort),
  anyPort: z.boolean().default(false),
  image: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/:@-]*$/i, { error: 'must be an image reference, such as redis:7-alpine' })
    .default(DEFAULTS.image),
  nodeTimeout: wholeNumber('a number of milliseconds', 100, 600_000).optional(),
  persistence: z
    .enum(['aof', 'rdb', 'none'], { error: 'must be aof, rdb or none' })
    .default(DEFAULTS.persistence),
  maxmemory: size.default(0),
  memory: size
    .refine((value) => value === 0 || value >= 16 * 1024 ** 2, { error: 'must be at least 16mb' })
    .default(0),
  set: settings.prefault({}),
  bind: z
    .string()
    .refine((value) => isIP(value) === 4, { error: 'must be an IPv4 address, such as 127.0.0.1' })
    .default(DEFAULTS.bind),
  announce: z
    .string()
    .regex(hostName, { error: 'must be a host name or an IPv4 address' })
    .refine((value) => value !== '0.0.0.0', { error: 'must be an address that clients can connect to' })
    .optional(),
  subnet: z
    .string()
    .refine((value) => ipaddr.IPv4.isValidCIDR(value), {
      error: 'must be an IPv4 subnet, such as 172.30.7.0/24',
    })
    .optional(),
  runtime: z.enum(['docker', 'process'], { error: 'must be docker or process' }).optional(),
  redisServer: z.string().min(1).optional(),
  wait: wholeNumber('a number of seconds', 1, 3600).default(DEFAULTS.wait),
  retain: z.boolean().default(false),
  force: z.boolean().default(false),
});

export const addMasterSchema = z.strictObject({
  replicas: upSchema.shape.replicas.unwrap().optional(),
});

/** `replicas`: of the new master; by default as many as the cluster was made with. */
export type AddMasterOptions = z.input<typeof addMasterSchema>;

/** What a caller may write; every field has a default. `set` takes a record, or KEY=VALUE pairs. */
export type UpOptions = Omit<z.input<typeof upSchema>, 'set'> & {
  set?: Readonly<Record<string, string | number | boolean>> | readonly string[] | undefined;
};
export type ResolvedUpOptions = z.output<typeof upSchema>;
