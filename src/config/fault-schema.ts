import * as z from 'zod';
import { RclusterError } from '../base/errors.js';
import { flag, milliseconds, wholeNumber } from './fields.js';

/** How a fault is described: on the command line, and as a step of a scenario. */

const target = z
  .string({ error: 'must name a node, or say which: random-master, all masters, 50% of replicas' })
  .trim()
  .min(1, { error: 'must not be empty' });

const struck = <Kind extends string>(kind: Kind) => z.strictObject({ fault: z.literal(kind), target });

export const faultSchema = z.discriminatedUnion(
  'fault',
  [
    /** SIGKILL. */
    struck('kill'),
    /** SIGTERM: it saves, and the others notice at once. */
    struck('stop'),
    /** SIGTERM, and started again at once. */
    struck('restart'),
    /** Frozen: it keeps its connections and answers nothing. */
    struck('pause'),
    z.strictObject({
      fault: z.literal('partition'),
      /** `7000,7003/rest`. Nodes that are in no group go on reaching everybody. */
      groups: z.string({ error: 'must read NODE,NODE/rest' }).trim().min(1, { error: 'must not be empty' }),
      /** What the first group sends does not arrive at the second, but the other way round it does. */
      oneWay: flag.default(false),
    }),
    /** Cut off from all other nodes. */
    struck('isolate'),
    /** Everything that the node sends is delayed, by `delay` give or take `jitter`. */
    struck('latency').extend({
      delay: milliseconds(1, 60_000).default(100),
      jitter: milliseconds(0, 60_000).default(0),
    }),
    /** So many of the packets that reach the node or leave it are lost, in percent. */
    struck('loss').extend({ percent: wholeNumber('a percentage', 1, 100).default(10) }),
    /** Memory filled to the limit; one that is `room` above what is in use where there is none. */
    struck('fill').extend({ room: wholeNumber('a number of megabytes', 1, 1024).default(8) }),
    /** Busy for `busy` out of every `every`. */
    struck('slow').extend({
      busy: milliseconds(1, 5_000).default(200),
      every: milliseconds(2, 60_000).default(250),
    }),
    /** No space left where the node's data is. */
    struck('disk-full'),
  ],
  { error: 'must be a fault that there is' },
);

/** Such as `{ fault: 'pause', target: 'random-master' }`. */
export type FaultDescription = z.input<typeof faultSchema>;
export type ResolvedFault = z.output<typeof faultSchema>;

/** @throws CONFIG_INVALID with every problem at once */
export function resolveFault(description: unknown): ResolvedFault {
  const parsed = faultSchema.safeParse(description);
  const problems = parsed.success ? rulesBrokenBy(parsed.data) : parsed.error.issues.flatMap(problemsIn);
  if (parsed.success && problems.length === 0) return parsed.data;
  const [only = ''] = problems;
  throw problems.length === 1
    ? new RclusterError('CONFIG_INVALID', `the fault is described wrongly: ${only}`)
    : new RclusterError('CONFIG_INVALID', `the fault is described wrongly in ${problems.length} places`, {
        details: problems,
      });
}

function problemsIn(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${key}: is not a field of it`);
  return [`${issue.path.join('.') || 'it'}: ${issue.message}`];
}

/** What no single field shows. */
function rulesBrokenBy(fault: ResolvedFault): string[] {
  if (fault.fault === 'slow' && fault.busy >= fault.every)
    return ['busy: must be shorter than every, or the node answers nothing at all, which is what pause does'];
  if (fault.fault === 'latency' && fault.jitter > fault.delay) return ['jitter: must not exceed delay'];
  return [];
}

const forSchema = milliseconds(10, 24 * 3600 * 1000).optional();

/** How long a fault lasts that heals by itself, in milliseconds; undefined: until it is healed. @throws CONFIG_INVALID */
export function resolveFor(value: unknown): number | undefined {
  const parsed = forSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RclusterError(
    'CONFIG_INVALID',
    `--for ${String(value)}: ${parsed.error.issues[0]?.message ?? ''}`,
  );
}
