import { layerOf, type Layer } from './layers.js';
import { suggestion } from './nearest.js';
import { commandKey, PRESENTATION, type CommandWords, type OptionWord } from './vocabulary.js';

/**
 * Options from the environment. Those that say what a cluster shall be are `RCLUSTER_<FLAG>`, for every command that boots one;
 * those of any other command are `RCLUSTER_<COMMAND>_<FLAG>`, since a flag means different things to different commands:
 * `RCLUSTER_COUNT` would be masters to one, and keys to another.
 */

const PREFIX = 'RCLUSTER_';

/** Of no command, or of all. */
export const CLUSTER_VARIABLE = 'RCLUSTER_CLUSTER';
export const FILE_VARIABLE = 'RCLUSTER_CONFIG';
/** RCLUSTER_PASSWORD is no option's: --password asks for what it holds. */
const OTHERS: readonly string[] = ['RCLUSTER_HOME', 'RCLUSTER_PASSWORD', CLUSTER_VARIABLE, FILE_VARIABLE];

/** Commands that are told what a cluster shall be. */
const OF_A_CLUSTER: ReadonlySet<string> = new Set(['up', 'compose', 'config show']);
/** Those that boot one of their own, which is not in the file. */
const OF_THEIR_OWN: ReadonlySet<string> = new Set(['smoke', 'tour']);

export function takesCluster(command: Pick<CommandWords, 'path'>): boolean {
  return OF_A_CLUSTER.has(commandKey(command));
}

/** The variables that give an option of a command. */
export interface Variables {
  /** It goes first. What a cluster shall be has none for `up`, `compose` and `config show`: they are of one mind. */
  readonly own: string | undefined;
  /** Of several commands. */
  readonly general: string | undefined;
}

export function variablesOf(
  command: Pick<CommandWords, 'path'>,
  { name, key, isOfUp }: Pick<OptionWord, 'name' | 'key' | 'isOfUp'>,
): Variables {
  const own = variable([...command.path, key]);
  const general = variable([key]);
  if (PRESENTATION.has(name)) return { own, general };
  if (takesCluster(command) && isOfUp) return { own: undefined, general };
  return { own, general: OF_THEIR_OWN.has(commandKey(command)) && isOfUp ? general : undefined };
}

const namesOf = ({ own, general }: Variables) => [own, general].filter((name) => name !== undefined);

const variable = (words: readonly string[]) =>
  `${PREFIX}${words.join('_').replaceAll('-', '_').toUpperCase()}`;

/** A variable that is set to nothing counts as not set. */
export function variableIn(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

/** What the environment says about a command's options, and what of that cannot be read. */
export function environmentLayer(
  command: CommandWords,
  env: NodeJS.ProcessEnv = process.env,
): { readonly layer: Layer; readonly problems: readonly string[] } {
  const values: Record<string, unknown> = {};
  const origins = new Map<string, string>();
  const problems: string[] = [];
  for (const word of command.options) {
    const origin = namesOf(variablesOf(command, word)).find((name) => variableIn(name, env) !== undefined);
    if (origin === undefined) continue;
    const read = valueOf(word, env[origin] ?? '');
    if ('problem' in read) problems.push(`${origin}: ${read.problem}`);
    else {
      values[word.name] = read.value;
      origins.set(word.name, origin);
    }
  }
  return { layer: layerOf(values, (name) => origins.get(name) ?? ''), problems };
}

function valueOf(
  { kind, choices }: OptionWord,
  text: string,
): { readonly value: unknown } | { readonly problem: string } {
  switch (kind) {
    case 'flag': {
      const word = text.trim().toLowerCase();
      if (/^(1|true|yes|on)$/.test(word)) return { value: true };
      if (/^(0|false|no|off)$/.test(word)) return { value: false };
      return { problem: 'must be 1 or 0, or true or false' };
    }
    case 'list': {
      const items = text.split(/[;\n]/).map((item) => item.trim());
      return { value: items.filter((item) => item !== '') };
    }
    case 'value':
      return choices === undefined || choices.includes(text)
        ? { value: text }
        : { problem: `must be one of ${choices.join(', ')}` };
  }
}

/** Variables that look like ours and are nobody's, each with the one that may be meant. */
export function unknownVariables(
  commands: readonly CommandWords[],
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  const known = new Set([
    ...OTHERS,
    ...commands.flatMap((command) => command.options.flatMap((word) => namesOf(variablesOf(command, word)))),
  ]);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .map((name) => `${name}: no option goes by that name${suggestion(name, [...known])}`);
}
