import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { DEFAULTS } from './defaults.js';
import { flag, nodeSettings, settings, size, wholeNumber } from './fields.js';
import { CLUSTER_NAME } from './home.js';

/**
 * The options of `up`, as flags (all strings) and as library options (numbers and objects) alike. A field is named
 * after its flag: `nodeTimeout` is `--node-timeout`. For `nodes` there is none.
 */

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

const clusterName = z.string().regex(CLUSTER_NAME, {
  error: 'must be 1 to 40 of a-z, 0-9, _ and -, starting with a letter or digit',
});

/** Four decimal parts, and no host bits: newer engines refuse them. */
function isSubnet(value: string): boolean {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(value)) return false;
  return value.startsWith(`${ipaddr.IPv4.networkAddressFromCIDR(value).toString()}/`);
}

export const upSchema = z.strictObject({
  cluster: clusterName.default(DEFAULTS.cluster),
  masters: wholeNumber('a whole number', 1, 1000).default(DEFAULTS.masters),
  replicas: wholeNumber('a whole number', 0, 10).default(DEFAULTS.replicas),
  basePort: wholeNumber('a port', 1, 65_535).default(DEFAULTS.basePort),
  anyPort: flag.default(false),
  image: z
    .string({ error: 'must be an image reference' })
    .regex(/^[a-z0-9][a-z0-9._/:@-]*$/i, { error: 'must be an image reference, such as redis:7-alpine' })
    .default(DEFAULTS.image),
  nodeTimeout: wholeNumber('a number of milliseconds', 100, 600_000).optional(),
  persistence: z
    .enum(['aof', 'rdb', 'none'], { error: 'must be aof, rdb or none' })
    .default(DEFAULTS.persistence),
  maxmemory: size.default(0),
  memory: size
    .refine((value) => value === 0 || value >= 16 * 1024 ** 2, { error: 'must be at least 16mb' })
    .optional(),
  set: settings.prefault({}),
  nodes: nodeSettings.default({}),
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
    .refine((value) => isSubnet(value), {
      error: 'must be an IPv4 subnet, such as 172.30.7.0/24',
    })
    .optional(),
  /** The text, or `true` for one that is made up. */
  password: z
    .union([z.literal(true), z.string().regex(/^[^\p{Cc}]+$/u)], {
      error: 'must be one line of at least one character',
    })
    .optional(),
  passwordFile: z.string().min(1).optional(),
  aclFile: z.string().min(1).optional(),
  tls: flag.default(false),
  tlsAuthClients: z.enum(['no', 'optional', 'yes'], { error: 'must be no, optional or yes' }).optional(),
  tlsCert: z.string().min(1).optional(),
  tlsKey: z.string().min(1).optional(),
  tlsCa: z.string().min(1).optional(),
  runtime: z.enum(['docker', 'process'], { error: 'must be docker or process' }).optional(),
  redisServer: z.string().min(1).optional(),
  wait: wholeNumber('a number of seconds', 1, 3600).default(DEFAULTS.wait),
  retain: flag.default(false),
  force: flag.default(false),
  insecure: flag.default(false),
});

/** What a caller may write; every field has a default. `set` takes a record, or KEY=VALUE pairs. */
export type UpOptions = Omit<z.input<typeof upSchema>, 'set'> & {
  set?: Readonly<Record<string, string | number | boolean>> | readonly string[] | undefined;
};
export type ResolvedUpOptions = z.output<typeof upSchema>;
