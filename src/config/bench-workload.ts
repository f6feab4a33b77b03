import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { RclusterError, systemCodeOf } from '../base/errors.js';
import { BENCH_COMMANDS, loadFields, type Mix } from './bench-schema.js';
import { suggestion } from './nearest.js';
import { readYaml } from './written.js';

/** What is sent, and in which proportion. */
export interface BenchWorkload extends Omit<z.output<typeof fileSchema>, 'mix'> {
  readonly name: string;
  readonly mix: Mix;
}

const PIPELINE = 16;

const SHIPPED: ReadonlyMap<string, Omit<BenchWorkload, 'name'>> = new Map([
  ['set', { mix: { set: 1 } }],
  ['get', { mix: { get: 1 } }],
  ['mixed', { mix: { get: 80, set: 20 } }],
  ['incr', { mix: { incr: 1 } }],
  ['mget', { mix: { mget: 1 } }],
  ['pipeline', { mix: { set: 1 }, pipeline: PIPELINE }],
]);

const weight = z.number({ error: 'must be a number' }).positive({ error: 'must be above 0' });
const fileSchema = z.strictObject({
  ...loadFields,
  mix: z
    .strictObject(Object.fromEntries(BENCH_COMMANDS.map((name) => [name, weight.optional()])), {
      error: `must give a weight to some of ${BENCH_COMMANDS.join(', ')}`,
    })
    .refine((mix) => Object.keys(mix).length > 0, { error: 'must name a command' }),
});

/**
 * A workload by its name, or from a YAML file such as
 *
 * ```yaml
 * mix: { get: 80, set: 15, incr: 5 }
 * valueSize: 64-4kb
 * distribution: zipf
 * ```
 *
 * @throws CONFIG_INVALID when there is none, or with everything that is wrong with it
 */
export async function readBenchWorkload(nameOrFile: string): Promise<BenchWorkload> {
  const shipped = SHIPPED.get(nameOrFile);
  if (shipped !== undefined) return { name: nameOrFile, ...shipped };
  let text: string;
  try {
    text = await readFile(nameOrFile, 'utf8');
  } catch (error) {
    const names = [...SHIPPED.keys()];
    const why = systemCodeOf(error) === 'ENOENT' ? '' : `: ${systemCodeOf(error) ?? 'it cannot be read'}`;
    throw new RclusterError(
      'CONFIG_INVALID',
      `no workload is called "${nameOrFile}", and no file${why}${suggestion(nameOrFile, names)}`,
      { hint: `there are ${names.join(', ')}`, cause: error },
    );
  }
  return parseBenchWorkload(text, nameOrFile);
}

/** @param name what the text is called. @throws CONFIG_INVALID with every problem at once */
export function parseBenchWorkload(text: string, name: string): BenchWorkload {
  const written = readYaml(text);
  if ('problems' in written) throw invalid(name, written.problems);
  const parsed = fileSchema.safeParse(written.value);
  if (parsed.success) return { ...parsed.data, name, mix: parsed.data.mix };
  throw invalid(
    name,
    parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `${[...issue.path, key].join('.')}: is not known`)
        : [`${issue.path.join('.') || 'the file'}: ${issue.message}`],
    ),
  );
}

function invalid(name: string, problems: readonly string[]): RclusterError {
  return new RclusterError('CONFIG_INVALID', `workload ${name} is wrong`, {
    details: problems,
    hint: 'it reads mix: { get: 80, set: 20 }, and may say what the flags of bench do',
  });
}
