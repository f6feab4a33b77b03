import { resolve } from 'node:path';
import type { Command } from 'commander';
import { isRclusterError, RclusterError } from '../base/errors.js';
import { readDefaultCluster } from '../config/default-cluster.js';
import { DEFAULTS } from '../config/defaults.js';
import {
  CLUSTER_VARIABLE,
  environmentLayer,
  FILE_VARIABLE,
  takesCluster,
  variableIn,
} from '../config/environment.js';
import { FLAG, layerOf, merge, optionsOf, withOrigin, type Given, type Layer } from '../config/layers.js';
import type { ProjectFile } from '../config/project-file.js';
import { findProjectFile } from '../config/project-search.js';
import { commandKey, nameOf, type CommandWords } from '../config/vocabulary.js';
import type { Invocation } from './adder.js';
import { commandAt, vocabularyOf, wordsOf } from './vocabulary.js';

/** What a command line, the environment and the file say together. */
export interface Configuration {
  /** The cluster's name. */
  readonly cluster: Given;
  readonly file: ProjectFile | undefined;
  /** Of the command's options, those that somebody gave. */
  readonly values: Layer;
  /** All of the command's options, as if they had been flags. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What can be said at all. */
  readonly vocabulary: () => readonly CommandWords[];
}

/** They are about a file, which need not be right, or be there. */
const ABOUT_A_FILE: ReadonlySet<string> = new Set(['config check', 'config init']);

/** Who says which cluster is meant, when `rcluster use` did. */
export const USE = 'rcluster use';
const DEFAULT = 'default';

/**
 * Flags go before variables, these before the file, and that before defaults.
 *
 * @throws CONFIG_INVALID with all that is wrong with the file, or with the variables
 */
export async function configure(
  program: Command,
  { command: name, args }: Invocation,
): Promise<Configuration> {
  const command = commandAt(program, [name, ...args]);
  const words = wordsOf(program, command);
  const vocabulary = () => vocabularyOf(program);
  const given = command.opts();
  const isFlag = (option: string) => command.getOptionValueSource(option) === 'cli';
  const { config: path, cluster: flag, ...flags } = pick(given, isFlag);
  const file = ABOUT_A_FILE.has(commandKey(words)) ? undefined : await projectFile(path, vocabulary);
  const cluster = await chosenCluster(flag, file);
  const environment = environmentLayer(words);
  if (environment.problems.length > 0) throw wrongEnvironment(environment.problems);
  const values = merge(
    [
      layerOf(flags, () => FLAG),
      environment.layer,
      ...(takesCluster(words) ? [file?.clusters.get(String(cluster.value))] : []),
      file?.commands.get(commandKey(words)),
    ].filter((layer) => layer !== undefined),
    words.options.flatMap((word) => word.conflicts.map((other) => [word.name, other] as const)),
  );
  const left = pick(given, (option) => !isFlag(option));
  return { cluster, file, values, options: { ...left, ...optionsOf(values) }, vocabulary };
}

function pick(
  options: Record<string, unknown>,
  isWanted: (name: string) => boolean,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => isWanted(name)));
}

/** YAML and schemas take a while to load; only who has a file waits for them. */
async function projectFile(
  asked: unknown,
  vocabulary: () => readonly CommandWords[],
): Promise<ProjectFile | undefined> {
  const folder = process.cwd();
  const named = typeof asked === 'string' ? asked : variableIn(FILE_VARIABLE);
  const path = named === undefined ? await findProjectFile(folder) : resolve(named);
  if (path === undefined) return undefined;
  const { readProjectFile } = await import('../config/project-file.js');
  return readProjectFile(path, vocabulary(), folder);
}

/** The file of a folder goes before what was chosen for the whole host, as the nearer of the two. */
async function chosenCluster(flag: unknown, file: ProjectFile | undefined): Promise<Given> {
  if (typeof flag === 'string') return { value: flag, origin: FLAG };
  const variable = variableIn(CLUSTER_VARIABLE);
  if (variable !== undefined) return { value: variable, origin: CLUSTER_VARIABLE };
  if (file?.cluster !== undefined) return file.cluster;
  const used = await readDefaultCluster();
  return used === undefined ? { value: DEFAULTS.cluster, origin: DEFAULT } : { value: used, origin: USE };
}

function wrongEnvironment(problems: readonly string[]): RclusterError {
  const [only = ''] = problems;
  return problems.length === 1
    ? new RclusterError('CONFIG_INVALID', only)
    : new RclusterError('CONFIG_INVALID', `${problems.length} variables are wrong`, { details: problems });
}

/** An error that also says who asked for what is wrong, where that was not the command line. */
export function explained(thrown: unknown, { values, cluster }: Configuration): unknown {
  if (!isRclusterError(thrown)) return thrown;
  const { code, message, details, hint } = thrown;
  if (code === 'CONFIG_INVALID' || code === 'CLUSTER_DIFFERS') {
    return new RclusterError(code, withOrigin(message, values, nameOf), {
      details: details.map((line) => withOrigin(line, values, nameOf)),
      hint,
      cause: thrown,
    });
  }
  const name = String(cluster.value);
  const isThatOne = code === 'CLUSTER_UNKNOWN' && message.includes(`"${name}"`);
  if (!isThatOne || cluster.origin === FLAG || cluster.origin === DEFAULT) return thrown;
  const instead = cluster.origin === USE ? '; rcluster use NAME chooses another' : '';
  return new RclusterError(code, `${message}, which ${cluster.origin} names`, {
    details,
    hint: `rcluster up makes it${instead}${hint === undefined || hint.startsWith('rcluster up') ? '' : `; ${hint}`}`,
    cause: thrown,
  });
}
