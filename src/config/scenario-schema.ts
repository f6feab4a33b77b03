import * as z from 'zod';
import { expectation } from './drill-schema.js';
import { DURATION_FORM, parseDuration } from './duration.js';
import { faultSchema } from './fault-schema.js';
import { settings, size } from './fields.js';
import {
  CONDITIONS,
  type CommandStep,
  type Condition,
  type Scenario,
  type Step,
  type TopologyCommand,
} from './scenario.js';

/** A scenario as it is written in YAML: keys are kebab-case, times and sizes have units. */

const DEFAULT_WITHIN_MS = 30_000;

const duration = z
  .string({ error: `must be ${DURATION_FORM}` })
  .regex(/^\d+(\.\d+)?\s*(ms|s|m)$/, { error: `must be ${DURATION_FORM}` })
  .refine((text) => parseDuration(text) !== undefined, { error: 'is longer than anybody waits' })
  .transform((text) => parseDuration(text) ?? 0);

const count = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

/** Hands a value on to a field that reads anything: an editor is told more than that. */
const unread = (value: unknown): unknown => value;

const label = z
  .string({ error: 'must be a name' })
  .regex(/^[a-z][a-z0-9-]*$/, { error: 'must be lower-case letters, digits and -' });

const node = z.string({ error: 'must name a node' }).min(1, { error: 'must name a node' });

const condition = z.enum(Object.keys(CONDITIONS) as [Condition, ...Condition[]], {
  error: `must be one of ${Object.keys(CONDITIONS).join(', ')}`,
});

const needs = z
  .strictObject({
    masters: count(1, 1000).default(3),
    replicas: count(0, 10).default(1).meta({ description: 'of each master' }),
  })
  .meta({ description: 'what the cluster has to be like at least; otherwise the drill is skipped' });

const BELOW_ONE = 'must be a number from 0 to below 1: outages are found by writes';
const ratio = z.number({ error: BELOW_ONE }).min(0, { error: BELOW_ONE }).lt(1, { error: BELOW_ONE });

const load = z
  .strictObject({
    rate: count(1, 1_000_000).optional().meta({ description: 'requests a second, of all clients together' }),
    clients: count(1, 1000).optional().meta({ description: 'clients of each profile' }),
    'read-ratio': ratio.optional().meta({ description: 'the share of reads' }),
    'value-size': z
      .union([z.number(), z.string()])
      .transform(unread)
      .pipe(size)
      .optional()
      .meta({ description: 'such as 100 or 1kb' }),
    keys: count(1, 100_000_000).optional(),
    'hash-tags': z
      .boolean({ error: 'must be true or false' })
      .optional()
      .meta({ description: 'several keys share a slot' }),
    'wait-replicas': count(0, 10)
      .optional()
      .meta({ description: 'WAIT for so many replicas after each write' }),
  })
  .transform((written) => ({
    rate: written.rate,
    clients: written.clients,
    readRatio: written['read-ratio'],
    valueBytes: written['value-size'],
    keys: written.keys,
    hashTags: written['hash-tags'],
    waitReplicas: written['wait-replicas'],
  }))
  .meta({ description: 'what the clients do; what is left out is as `drill run` has it' });

const loadStep = z
  .strictObject({ load: duration.meta({ description: 'nothing but the load, for so long' }) })
  .transform((written): Step => ({ kind: 'load', ms: written.load }));

/** A fault's own fields, and what later steps call it. */
const labelled = (fault: (typeof faultSchema.options)[number]) => fault.extend({ as: label.optional() });
const [firstFault, ...otherFaults] = faultSchema.options;
const faultStep = z
  .discriminatedUnion('fault', [labelled(firstFault), ...otherFaults.map((fault) => labelled(fault))], {
    error: 'must be a fault that there is',
  })
  .transform(({ as, ...fault }): Step => ({ kind: 'fault', fault, as }));

const waitStep = z
  .strictObject({ 'wait-for': condition, within: duration.default(DEFAULT_WITHIN_MS), of: label.optional() })
  .transform((written): Step => ({
    kind: 'wait-for',
    condition: written['wait-for'],
    withinMs: written.within,
    of: written.of,
  }));

const checkStep = z
  .strictObject({ check: condition, of: label.optional() })
  .transform((written): Step => ({ kind: 'check', condition: written.check, of: written.of }));

const healStep = z
  .strictObject({ heal: label.meta({ description: 'the name of a fault, or all' }) })
  .transform((written): Step => ({ kind: 'heal', name: written.heal }));

const modifiers = {
  as: label.optional(),
  background: z
    .boolean({ error: 'must be true or false' })
    .default(false)
    .meta({ description: 'go on at once' }),
};

const commandStep = (
  { as, background }: { as?: string | undefined; background: boolean },
  command: TopologyCommand,
): CommandStep => ({ kind: 'command', command, as, background });

const addMasterStep = z
  .strictObject({
    'add-master': z.strictObject({ count: count(1, 100).default(1), replicas: count(0, 10).optional() }),
    ...modifiers,
  })
  .transform((written): Step => {
    const { replicas, ...rest } = written['add-master'];
    return commandStep(written, { command: 'add-master', ...rest, replicas });
  });

const addReplicaStep = z
  .strictObject({
    'add-replica': z.strictObject({ count: count(1, 100).default(1), of: node.optional() }),
    ...modifiers,
  })
  .transform((written): Step => {
    const { of, ...rest } = written['add-replica'];
    return commandStep(written, { command: 'add-replica', ...rest, of });
  });

const removeStep = z
  .strictObject({
    remove: z.union([node, z.array(node).min(1, { error: 'must name nodes' })], { error: 'must name nodes' }),
    ...modifiers,
  })
  .transform((written): Step => commandStep(written, { command: 'remove', nodes: [written.remove].flat() }));

const weight = z
  .number({ error: 'must be a number, 0 or more' })
  .min(0, { error: 'must be a number, 0 or more' });

const rebalanceStep = z
  .strictObject({
    rebalance: z.strictObject({
      weights: z
        .record(z.string(), weight)
        .default({})
        .meta({ description: 'by node; that of the others is 1' }),
      'include-empty': z.boolean({ error: 'must be true or false' }).default(false),
    }),
    ...modifiers,
  })
  .transform((written): Step => {
    const { weights, 'include-empty': includeEmpty } = written.rebalance;
    return commandStep(written, { command: 'rebalance', weights, includeEmpty });
  });

const failoverStep = z
  .strictObject({
    failover: node.meta({ description: 'a master, whose first replica takes over, or a replica' }),
    how: z
      .enum(['graceful', 'force', 'takeover'], { error: 'must be graceful, force or takeover' })
      .default('graceful'),
    ...modifiers,
  })
  .transform((written): Step =>
    commandStep(written, { command: 'failover', node: written.failover, how: written.how }),
  );

const startStep = z
  .strictObject({ start: node, ...modifiers })
  .transform((written): Step => commandStep(written, { command: 'start', node: written.start }));

const repeatStep = z
  .strictObject({
    repeat: z.strictObject({
      times: count(1, 1000).optional(),
      each: z
        .enum(['node', 'master', 'replica'], { error: 'must be node, master or replica' })
        .optional()
        .meta({ description: 'once for each, which the steps call "each"' }),
      steps: z.array(z.lazy(() => step)).min(1, { error: 'must be a step or more' }),
    }),
  })
  .refine(({ repeat }) => (repeat.times === undefined) !== (repeat.each === undefined), {
    error: 'needs either times or each',
    path: ['repeat'],
  })
  .transform(({ repeat }): Step => ({
    kind: 'repeat',
    times: repeat.times,
    each: repeat.each,
    steps: repeat.steps,
  }));

/** The steps by the key that tells them apart, in the order of the union below. */
export const STEP_KEYS = [
  'load',
  'fault',
  'wait-for',
  'check',
  'heal',
  'add-master',
  'add-replica',
  'remove',
  'rebalance',
  'failover',
  'start',
  'repeat',
] as const;

const step: z.ZodType<Step> = z.union([
  loadStep,
  faultStep,
  waitStep,
  checkStep,
  healStep,
  addMasterStep,
  addReplicaStep,
  removeStep,
  rebalanceStep,
  failoverStep,
  startStep,
  repeatStep,
]);

export const scenarioSchema = z
  .strictObject({
    name: label,
    question: z
      .string({ error: 'must be a sentence' })
      .min(1, { error: 'must be a sentence' })
      .meta({ description: 'what the drill answers, in one sentence' }),
    needs: needs.prefault({}),
    settings: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .transform(unread)
      .pipe(settings)
      .prefault({})
      .meta({ description: 'server settings that hold for as long as the drill runs' }),
    load: load.prefault({}),
    steps: z.array(step, { error: 'must be a list of steps' }).min(1, { error: 'must be a step or more' }),
    expect: z
      .array(expectation, { error: 'must be a list, such as ["outage < 2s"]' })
      .min(1, { error: 'must be an expectation or more: a drill that cannot fail tells nothing' }),
  })
  .transform(({ expect: expectations, ...rest }): Scenario => ({ ...rest, expectations }));

/** For editors: what may stand in a scenario's file. */
export function scenarioJsonSchema(): object {
  return {
    ...z.toJSONSchema(scenarioSchema, { io: 'input' }),
    title: 'A drill of rcluster',
  };
}
