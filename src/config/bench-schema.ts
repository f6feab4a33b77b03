import * as z from 'zod';
import { flag, milliseconds, size, wholeNumber } from './fields.js';
import { upSchema } from './schema.js';

/** The options of `bench`, as flags and as library options alike. */

export const BENCH_COMMANDS = ['set', 'get', 'incr', 'mget'] as const;
export type BenchCommand = (typeof BENCH_COMMANDS)[number];

/** `grouped`: as redis-benchmark does in a cluster since 7.4, the keys of a pipeline share a slot, and slot follows slot. */
export const DISTRIBUTIONS = ['uniform', 'zipf', 'grouped'] as const;

/** How often each command is sent, in proportion to the others. */
export type Mix = Readonly<Partial<Record<BenchCommand, number>>>;

const LARGEST_VALUE = 16 * 1024 ** 2;

/** Bytes: `100`, `1kb`, or a range such as `64-4kb`. */
const valueSize = z.unknown().transform((value, context): readonly [number, number] => {
  const parts = Array.isArray(value) ? (value as unknown[]) : String(value).split('-');
  const sizes = parts.map((part) => size.safeParse(part));
  const [least = NaN, most = least] = sizes.map(({ data }) => data ?? NaN);
  if (parts.length <= 2 && least <= most && most <= LARGEST_VALUE) return [least, most];
  context.addIssue({ code: 'custom', message: 'must be a size up to 16mb, or a range such as 64-4kb' });
  return z.NEVER;
});

/** What a workload's file may say as well; a flag overrides it. */
export const loadFields = {
  rate: wholeNumber('requests a second', 1, 100_000_000).optional(),
  clients: wholeNumber('a whole number', 1, 10_000).optional(),
  pipeline: wholeNumber('a whole number', 1, 10_000).optional(),
  valueSize: valueSize.optional(),
  keyspace: wholeNumber('a whole number', 1, 1_000_000_000).optional(),
  distribution: z.enum(DISTRIBUTIONS, { error: `must be one of ${DISTRIBUTIONS.join(', ')}` }).optional(),
  hashTags: flag.optional(),
};

/** Of `--compare`: what each topology is booted with. */
const topologyFields = {
  ...upSchema.pick({
    image: true,
    persistence: true,
    maxmemory: true,
    runtime: true,
    redisServer: true,
  }).shape,
  replicas: wholeNumber('a whole number', 0, 10).default(0),
};

/** `single`, or how many masters. */
export type Topology = 'single' | number;

const MOST_MASTERS = 200;
const topologies = z.unknown().transform((value, context): readonly Topology[] => {
  const parts = Array.isArray(value) ? (value as unknown[]) : String(value).split(',');
  const read = parts.map((part): Topology => (part === 'single' ? part : Number(part)));
  const isTopology = (item: Topology) =>
    item === 'single' || (Number.isInteger(item) && item >= 1 && item <= MOST_MASTERS);
  if (read.length >= 2 && read.every(isTopology) && new Set(read).size === read.length) return read;
  context.addIssue({
    code: 'custom',
    message: 'must be two or more of single and numbers of masters, such as single,3,6',
  });
  return z.NEVER;
});

export const benchSchema = z
  .strictObject({
    ...loadFields,
    ...topologyFields,
    workload: z.string().min(1).default('set'),
    ops: wholeNumber('a whole number', 1, 1_000_000_000_000).optional(),
    duration: milliseconds(100, 86_400_000).optional(),
    warmUp: milliseconds(0, 600_000).optional(),
    threads: wholeNumber('a whole number', 1, 64).optional(),
    seed: wholeNumber('a whole number', 0, 2 ** 31 - 1).optional(),
    announced: flag.default(false),
    engine: z.enum(['ours', 'redis-benchmark'], { error: 'must be ours or redis-benchmark' }).default('ours'),
    compare: topologies.optional(),
    rounds: wholeNumber('a whole number', 1, 100).default(3),
    tolerance: wholeNumber('a percentage', 0, 1000).default(10),
  })
  .refine(({ ops, duration }) => ops === undefined || duration === undefined, {
    path: ['ops'],
    error: 'cannot be given together with --duration',
  });

export type BenchOptions = z.input<typeof benchSchema>;
export type ResolvedBenchOptions = z.output<typeof benchSchema>;
