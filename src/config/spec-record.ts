import * as z from 'zod';
import { CLUSTER_NAME } from './home.js';
import { upSchema } from './schema.js';
import type { ClusterSpec } from './types.js';

/** A line break would start another setting in redis.conf. */
const settingsRecord = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/i), z.string().regex(/^[^\r\n\0]*$/));

/**
 * A specification as it stands in labels and files, where anybody may have changed it: what it says goes into configurations,
 * names and addresses. Fields that are not looked at here stay.
 */
export const specRecord = z.looseObject({
  version: z.literal(1),
  name: z.string().regex(CLUSTER_NAME),
  masters: z.int().min(1),
  replicas: z.int().min(0),
  basePort: z.int().min(1).max(65_535),
  // Of the process runtime it is a path.
  image: z.string().regex(/^\P{C}*$/u),
  nodeTimeout: z.int().min(1),
  persistence: upSchema.shape.persistence.unwrap(),
  maxmemory: z.int().min(0),
  memory: z.int().min(0),
  set: settingsRecord,
  bind: upSchema.shape.bind.unwrap(),
  announce: upSchema.shape.announce.unwrap(),
  access: z.enum(['open', 'password']).optional(),
  tls: z.enum(['off', 'on', 'optional', 'required']).optional(),
  // Written by versions that know of it alone.
  nodes: z
    .record(z.string(), z.object({ set: settingsRecord, maxmemory: z.int().min(0).optional() }))
    .default({}),
  subnet: z.union([z.literal(''), upSchema.shape.subnet.unwrap()]),
});

/** @returns undefined for what is no specification, or one of another cluster */
export function specIn(written: unknown, cluster: string): ClusterSpec | undefined {
  const parsed = specRecord.safeParse(written);
  return parsed.success && parsed.data.name === cluster ? parsed.data : undefined;
}
