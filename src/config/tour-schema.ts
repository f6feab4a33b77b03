import type * as z from 'zod';
import { upSchema } from './schema.js';

/** The options of `tour`: what its own cluster runs, and where. */
export const tourSchema = upSchema
  .pick({ image: true, runtime: true, redisServer: true })
  .partial({ image: true });

export type TourOptions = z.input<typeof tourSchema>;
