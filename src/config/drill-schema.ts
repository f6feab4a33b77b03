import * as z from 'zod';
import { isRclusterError } from '../base/errors.js';
import { parseExpectation, type Expectation } from './expectation.js';
import { flag, size, wholeNumber } from './fields.js';
import type { Load } from './scenario.js';

/** The options of `drill run`, as flags and as library options alike. */

/** One expectation as it is written. */
export const expectation = z
  .string({ error: 'must be text, such as outage < 2s' })
  .transform((text, context): Expectation => {
    try {
      return parseExpectation(text);
    } catch (error) {
      if (!isRclusterError(error)) throw error;
      context.addIssue({ code: 'custom', message: error.message.replace(/^expectation /, '') });
      return z.NEVER;
    }
  });

const share = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^[01](\.\d+)?$/)
        .transform(Number),
    ],
    { error: 'must be a number from 0 to 1' },
  )
  .refine((value) => value >= 0 && value < 1, {
    error: 'must be from 0 to below 1: outages are found by writes',
  });

const loadFields = {
  rate: wholeNumber('a whole number', 1, 1_000_000).optional(),
  clients: wholeNumber('a whole number', 1, 1000).optional(),
  readRatio: share.optional(),
  valueSize: size.optional(),
  keys: wholeNumber('a whole number', 1, 100_000_000).optional(),
  hashTags: flag.optional(),
  waitReplicas: wholeNumber('a whole number', 0, 10).optional(),
};

export const drillSchema = z.strictObject({
  ...loadFields,
  runs: wholeNumber('a whole number', 1, 10_000).default(1),
  seed: wholeNumber('a whole number', 0, 2 ** 31 - 1).optional(),
  expect: z.array(expectation).default([]),
  allowUnhealthy: flag.default(false),
  iKnowThisIsNotALab: z.string().optional(),
});

export type DrillRunOptions = z.input<typeof drillSchema>;
export type ResolvedDrillOptions = z.output<typeof drillSchema>;

/** Of the load what was asked for; the rest is the scenario's. */
export function loadAskedFor(asked: ResolvedDrillOptions): Load {
  const { rate, clients, readRatio, valueSize: valueBytes, keys, hashTags, waitReplicas } = asked;
  const load = { rate, clients, readRatio, valueBytes, keys, hashTags, waitReplicas };
  return Object.fromEntries(Object.entries(load).filter(([, value]) => value !== undefined));
}
