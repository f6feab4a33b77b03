import * as z from 'zod';
import { size, wholeNumber } from './fields.js';
import { upSchema } from './schema.js';

/** The options of the commands that change a running cluster; a field is named after its flag. */

const replicas = upSchema.shape.replicas.unwrap();
const weight = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\d+(\.\d+)?$/)
        .transform(Number),
    ],
    {
      error: 'must be a number, 0 or more',
    },
  )
  .refine((value) => Number.isFinite(value) && value >= 0, { error: 'must be a number, 0 or more' });

/** Of everything that moves slots. */
const moving = {
  maxPause: wholeNumber('a number of milliseconds', 1, 60_000).default(10),
  maxKeySize: size.optional(),
};

export const addMasterSchema = z.strictObject({
  ...moving,
  count: wholeNumber('a whole number', 1, 100).default(1),
  replicas: replicas.optional(),
  weight: weight.default(1),
  rebalance: z.boolean().default(true),
});

export const addReplicaSchema = z.strictObject({
  of: z.string().optional(),
  count: wholeNumber('a whole number', 1, 100).default(1),
});

/** `NODE=WEIGHT` pairs, as flags are, or a record. */
const weights = z.preprocess(
  (value) => {
    if (!Array.isArray(value)) return value;
    return Object.fromEntries(
      value.map((pair: unknown) => {
        const text = typeof pair === 'string' ? pair : '';
        const at = text.lastIndexOf('=');
        return at < 1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
      }),
    );
  },
  z.record(z.string(), weight, { error: 'must read NODE=WEIGHT' }),
);

export const rebalanceSchema = z.strictObject({
  ...moving,
  weight: weights.default({}),
  threshold: z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d+(\.\d+)?$/)
          .transform(Number),
      ],
      { error: 'must be a percentage' },
    )
    .refine((value) => value >= 0 && value <= 100, { error: 'must be a percentage from 0 to 100' })
    .default(0),
  includeEmpty: z.boolean().default(false),
});

const RANGES = /^\d+(-\d+)?(,\d+(-\d+)?)*$/;

/** Ranges of slots that there are, and no more of them than that. */
function areWithin(ranges: readonly (readonly [number, number])[]): boolean {
  const total = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return total <= 16_384 && ranges.every(([first, last]) => first <= last && last < 16_384);
}

/** How many slots, or which: `1000`, or `0-99,200-299`. A single number is a count; `7-7` is slot 7. */
const slots = z.union(
  [
    z.number().int().positive(),
    z.string().regex(/^\d+$/).transform(Number),
    z
      .string()
      .regex(RANGES)
      .transform((text) =>
        text.split(',').map((range): readonly [number, number] => {
          const [first = 0, last = first] = range.split('-').map(Number);
          return [first, last];
        }),
      )
      .refine(areWithin),
    z.array(z.tuple([z.number().int().min(0), z.number().int().max(16_383)]).readonly()).refine(areWithin),
  ],
  { error: 'must be a number of slots, or ranges within 0-16383 such as 0-99,200-299' },
);

export const reshardSchema = z.strictObject({
  ...moving,
  from: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
    error: 'must name a node, or all',
  }),
  to: z.string({ error: 'must name a node' }).min(1),
  slots,
});

export const removeSchema = z.strictObject({ ...moving, force: z.boolean().default(false) });

/** `count` masters with `replicas` each (as many as the cluster was made with) and `weight` times the share of others. */
export type AddMasterOptions = z.input<typeof addMasterSchema>;
/** Without `of`, replicas go to the masters that have fewest. */
export type AddReplicaOptions = z.input<typeof addReplicaSchema>;
/** `weight`: by node; 1 for those not named. Masters without slots get none unless `includeEmpty` or a weight says so. */
export type RebalanceOptions = z.input<typeof rebalanceSchema>;
/** `from`: one node, several, or `all` others. */
export type ReshardOptions = z.input<typeof reshardSchema>;
/** `force`: fewer than 3 masters may remain. */
export type RemoveOptions = z.input<typeof removeSchema>;
