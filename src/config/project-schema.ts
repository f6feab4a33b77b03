import * as z from 'zod';
import { benchSchema } from './bench-schema.js';
import { drillSchema } from './drill-schema.js';
import { takesCluster } from './environment.js';
import { CLUSTER_NAME } from './home.js';
import { callSchema, keysSchema, skewSchema, slowlogSchema } from './living-schema.js';
import { addMasterSchema, addReplicaSchema, rebalanceSchema, removeSchema } from './scaling-schema.js';
import { upSchema } from './schema.js';
import { smokeSchema } from './smoke-schema.js';
import { tourSchema } from './tour-schema.js';
import { commandKey, keyOf, nameOf, PRESENTATION, type CommandWords, type OptionWord } from './vocabulary.js';

/** `rcluster.yaml`: what may stand in it follows from the options of `up` and from the command line's definition. */

/** What commands require of their options, besides what the command line says about them. */
const COMMAND_SCHEMAS: Readonly<Record<string, { readonly shape: Readonly<Record<string, z.ZodType>> }>> = {
  'add-master': addMasterSchema,
  'add-replica': addReplicaSchema,
  remove: removeSchema,
  rebalance: rebalanceSchema,
  'drill run': drillSchema,
  tour: tourSchema,
  bench: benchSchema,
  smoke: smokeSchema,
  keys: keysSchema,
  call: callSchema,
  slowlog: slowlogSchema,
  skew: skewSchema,
};

/** The file would show them to everybody who reads it; a cluster's name is where it stands. */
const NOT_IN_A_CLUSTER: ReadonlySet<string> = new Set(['cluster', 'password']);

/** The options of `up` that a cluster in the file has, by name. */
export const CLUSTER_FIELDS: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Object.entries(upSchema.shape)
    .filter(([name]) => !NOT_IN_A_CLUSTER.has(name))
    .map(([name, field]) => [name, bare(field)]),
);

export const NODE_KEYS: readonly string[] = ['set', 'maxmemory'];
export const FILE_KEYS: readonly string[] = ['version', 'cluster', 'clusters', 'commands'];

/** What of a command can stand under `commands`: of one that is told what a cluster shall be, the rest. */
export function commandOptions(command: CommandWords): readonly OptionWord[] {
  if (!takesCluster(command)) return command.options;
  return command.options.filter(({ name }) => CLUSTER_FIELDS[name] === undefined);
}

const mapping = (what: string) => ({
  error: ({ code }: { code?: string | undefined }) =>
    code === 'invalid_type' ? `must be ${what}` : undefined,
});

/** The whole file. A part with nothing below it, since all of it is commented out, is empty. */
export function projectSchema(commands: readonly CommandWords[]) {
  const name = z.string().regex(CLUSTER_NAME, {
    error: 'must be 1 to 40 of a-z, 0-9, _ and -, starting with a letter or digit',
  });
  return z
    .strictObject(
      {
        version: z.literal(1, { error: 'must be 1' }).meta({ description: 'of this format' }),
        cluster: name.optional().meta({ description: 'the one that commands mean without --cluster' }),
        clusters: z
          .record(name, clusterSchema(commands).nullable(), mapping('clusters by name'))
          .nullish()
          .meta({ description: 'clusters by name: the options of up' }),
        commands: commandsSchema(commands, 0)
          .nullish()
          .meta({ description: 'the flags of all other commands' }),
      },
      mapping('a mapping that begins with version: 1'),
    )
    .meta({ title: 'The configuration of rcluster' });
}

export type ProjectInput = z.output<ReturnType<typeof projectSchema>>;

function clusterSchema(commands: readonly CommandWords[]) {
  const words = commands.find((command) => commandKey(command) === 'up')?.options ?? [];
  const shape = Object.entries(CLUSTER_FIELDS).map(([name, field]) => {
    const word = words.find((other) => other.name === name);
    return [keyOf(name), optionSchema(word, field)] as const;
  });
  return z.strictObject(Object.fromEntries(shape), mapping('the options of a cluster'));
}

/** Commands, and below `drill` and `config` theirs. */
function commandsSchema(commands: readonly CommandWords[], depth: number): z.ZodType {
  const names = [...new Set(commands.map(({ path }) => path[depth] ?? ''))];
  const shape = names.map((name) => {
    const these = commands.filter(({ path }) => path[depth] === name);
    const [only] = these;
    const isLeaf = only?.path.length === depth + 1;
    // Built when the file speaks of it: all of them together take a tenth of a second.
    const schema = z.lazy(() => (isLeaf ? commandSchema(only) : commandsSchema(these, depth + 1)));
    return [name, schema.nullish()] as const;
  });
  return z.strictObject(Object.fromEntries(shape), mapping('commands by name'));
}

function commandSchema(command: CommandWords): z.ZodType {
  const fields = COMMAND_SCHEMAS[commandKey(command)]?.shape ?? {};
  const shape = commandOptions(command).map((word) => {
    const field = fields[word.name];
    const isOurs = field !== undefined && !PRESENTATION.has(word.name);
    return [word.key, optionSchema(word, isOurs ? bare(field) : undefined)] as const;
  });
  return z.strictObject(Object.fromEntries(shape), mapping('flags of the command'));
}

/** One option: as the library reads it where that says enough, else as the command line has it. */
function optionSchema(word: OptionWord | undefined, field: z.ZodType | undefined): z.ZodType {
  const form = word === undefined ? field : formOf(word, field);
  const described = word === undefined ? form : form?.meta({ description: word.description });
  return (described ?? z.unknown()).optional();
}

const scalar = z.union([z.string(), z.number()], { error: 'must be text or a number' });

function formOf({ kind, choices }: OptionWord, field: z.ZodType | undefined): z.ZodType {
  if (kind === 'flag') return z.boolean({ error: 'must be true or false' });
  if (field !== undefined && kind === 'value' && !readsAnything(field)) return field;
  if (kind === 'list') return field === undefined ? listForm : checkedBy(listForm.transform(itemsOf), field);
  const form =
    choices === undefined ? scalar : z.enum([...choices], { error: `must be one of ${choices.join(', ')}` });
  return field === undefined ? form : checkedBy(form, field);
}

const listForm = z.union(
  [scalar, z.array(scalar), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))],
  { error: 'must be values by name, or a list' },
);

/** As the command line would have collected them: `KEY=VALUE` where there are names. */
export function itemsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).map(([key, item]) => `${key}=${String(item)}`);
}

/** What the field says of a value that has the form. */
function checkedBy(form: z.ZodType, field: z.ZodType): z.ZodType {
  return form.superRefine((value, context) => {
    const read = field.safeParse(value);
    for (const { message } of read.error?.issues ?? []) context.addIssue({ code: 'custom', message });
  });
}

/** Without what is filled in when it is left out: the file's defaults are those of the command. */
function bare(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional)
    return bare(field.unwrap() as z.ZodType);
  return field;
}

/** A field that takes whatever it is given tells an editor nothing. */
function readsAnything(field: z.ZodType): boolean {
  return (
    field instanceof z.ZodPipe && (field.in instanceof z.ZodUnknown || field.in instanceof z.ZodTransform)
  );
}

/** For editors: what may stand in the file. */
export function projectJsonSchema(commands: readonly CommandWords[]): object {
  return z.toJSONSchema(projectSchema(commands), { io: 'input', unrepresentable: 'any' });
}

/** The keys that there are at a place of the file, for `did you mean`. */
export function keysAt(path: readonly PropertyKey[], commands: readonly CommandWords[]): readonly string[] {
  const [part, ...rest] = path.map(String);
  if (part === undefined) return FILE_KEYS;
  if (part === 'clusters') {
    if (rest.length === 1) return Object.keys(CLUSTER_FIELDS).map(keyOf);
    return rest[1] === 'nodes' ? NODE_KEYS : [];
  }
  const command = commands.find(({ path: words }) => words.join(' ') === rest.join(' '));
  if (command !== undefined) return commandOptions(command).map(({ key }) => key);
  return commands
    .filter(({ path: words }) => rest.every((word, depth) => words[depth] === word))
    .map(({ path: words }) => words[rest.length] ?? '');
}

/** Whether a key is an option of `up`. */
export function isClusterKey(key: string): boolean {
  return CLUSTER_FIELDS[nameOf(key)] !== undefined;
}
