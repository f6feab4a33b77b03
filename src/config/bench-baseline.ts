import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { RclusterError, systemCodeOf } from '../base/errors.js';
import { readJson } from './written.js';

/** Of an earlier report of `bench` what a later one is compared with; the rest may be as it likes. */
const baselineSchema = z.object({
  version: z.literal(1),
  kind: z.literal('bench'),
  load: z.record(z.string(), z.unknown()),
  environment: z.record(z.string(), z.unknown()),
  result: z.object({
    requests: z.number().nonnegative(),
    failed: z.number().nonnegative(),
    opsPerSecond: z.number().nonnegative(),
    latency: z.object({ p99: z.number().nonnegative() }).nullable(),
  }),
});

export type Baseline = z.output<typeof baselineSchema>;

/** A report that `bench --save` or `bench --json` wrote. @throws CONFIG_INVALID when it is none */
export async function readBaseline(path: string): Promise<Baseline> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, systemCodeOf(error) ?? 'it cannot be read', [], error);
  }
  return parseBaseline(text, path);
}

/** @param path what the text is called. @throws CONFIG_INVALID with every problem at once */
export function parseBaseline(text: string, path: string): Baseline {
  const written = readJson(text);
  if ('problems' in written) throw unreadable(path, 'it is no JSON', written.problems);
  const parsed = baselineSchema.safeParse(written.value);
  if (parsed.success) return parsed.data;
  throw unreadable(
    path,
    'is no report of bench',
    parsed.error.issues.map(({ path: place, message }) => `${place.join('.')}: ${message}`),
  );
}

function unreadable(path: string, why: string, details: readonly string[], cause?: unknown): RclusterError {
  return new RclusterError('CONFIG_INVALID', `--against ${path}: ${why}`, {
    details,
    hint: `rcluster bench --save ${path} writes one`,
    cause,
  });
}
