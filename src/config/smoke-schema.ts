import type * as z from 'zod';
import { wholeNumber } from './fields.js';
import { upSchema } from './schema.js';

/** The options of `smoke`: some of `up`'s, and how long writes may fail. */
export const smokeSchema = upSchema
  .pick({ image: true, masters: true, replicas: true, nodeTimeout: true, runtime: true, redisServer: true })
  .extend({ maxOutage: wholeNumber('a number of seconds', 1, 600).default(2) });

/** `maxOutage`: seconds for which writes may fail after a master was killed; default 2. */
export type SmokeOptions = z.input<typeof smokeSchema>;
