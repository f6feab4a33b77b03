import { readFile, stat } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { RclusterError, messageOf, systemCodeOf } from '../base/errors.js';
import { bytes, plural } from '../base/format.js';
import { layerOf, type Layer } from './layers.js';
import { byLine, problemsIn } from './project-problems.js';
import { itemsOf, projectSchema, type ProjectInput } from './project-schema.js';
import { commandKey, nameOf, type CommandWords, type OptionWord } from './vocabulary.js';

/** `rcluster.yaml`, read. Whoever wrote it need not mean well: whatever is in it, the worst is CONFIG_INVALID. */
export interface ProjectFile {
  readonly path: string;
  /** As it is named to the user: from the working folder. */
  readonly shownAs: string;
  /** The cluster that commands mean, if it says so, and where. */
  readonly cluster: { readonly value: string; readonly origin: string } | undefined;
  readonly clusters: ReadonlyMap<string, Layer>;
  /** By the command's words: `drill run`. */
  readonly commands: ReadonlyMap<string, Layer>;
  /** `rcluster.yaml:12`, of the place or of what is around it. */
  readonly placeOf: (path: readonly PropertyKey[]) => string;
}

/** Far beyond what anybody writes. */
const LARGEST_BYTES = 1024 ** 2;

/** @throws CONFIG_INVALID with every problem at once, each with its line */
export async function readProjectFile(
  path: string,
  commands: readonly CommandWords[],
  workingFolder: string,
): Promise<ProjectFile> {
  const { file, problems } = await examineProjectFile(path, commands, workingFolder);
  if (problems.length > 0) throw invalidFile(file.shownAs, problems);
  return file;
}

/** The same, with the problems beside what is right. @throws CONFIG_INVALID when it cannot be read at all */
export async function examineProjectFile(
  path: string,
  commands: readonly CommandWords[],
  workingFolder: string,
): Promise<Examined> {
  const shownAs = relative(workingFolder, path) || path;
  return parseProjectFile(await textOf(path, shownAs), { path, shownAs }, commands);
}

export function invalidFile(shownAs: string, problems: readonly string[]): RclusterError {
  return new RclusterError('CONFIG_INVALID', `${shownAs} has ${plural(problems.length, 'problem')}`, {
    details: byLine(problems),
    hint: 'rcluster config init writes one that is right, with all that can be said',
  });
}

async function textOf(path: string, shownAs: string): Promise<string> {
  try {
    const file = await stat(path);
    // A device or a pipe would be read for ever.
    if (!file.isFile()) throw new Error('it is no file');
    if (file.size > LARGEST_BYTES) throw new Error(`it is larger than ${bytes(LARGEST_BYTES)}`);
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = systemCodeOf(error) === 'ENOENT' ? 'there is no such file' : messageOf(error);
    throw new RclusterError('CONFIG_INVALID', `${shownAs}: ${why}`, {
      hint: 'rcluster config init writes one to begin with',
      cause: error,
    });
  }
}

interface Named {
  readonly path: string;
  readonly shownAs: string;
}

export interface Examined {
  readonly file: ProjectFile;
  /** `rcluster.yaml:12: clusters.lab.masters: must be ...` */
  readonly problems: readonly string[];
}

/** What the text says, without the clusters and options in which something is wrong, and what that is. */
export function parseProjectFile(text: string, named: Named, commands: readonly CommandWords[]): Examined {
  const lines = new LineCounter();
  const none = { ...named, cluster: undefined, clusters: new Map(), commands: new Map() };
  const broken = (problems: readonly string[]) => ({
    file: { ...none, placeOf: () => named.shownAs },
    problems,
  });
  let document: Document.Parsed;
  let written: unknown;
  try {
    document = parseDocument(text, { lineCounter: lines, merge: true, logLevel: 'error' });
    if (document.errors.length > 0) {
      return broken(
        document.errors.map(({ message, pos }) => {
          const [what = message] = message.split('\n');
          return `${named.shownAs}:${lines.linePos(pos[0]).line}: ${what.replace(/ at line \d+.*$/, '')}`;
        }),
      );
    }
    const odd = prototypeKeys(document).map((offset) => lines.linePos(offset).line);
    if (odd.length > 0)
      return broken(odd.map((line) => `${named.shownAs}:${line}: __proto__ cannot be a key`));
    written = document.toJS();
  } catch (error) {
    // Nested deeper than the stack, or aliases that multiply.
    return broken([`${named.shownAs}: cannot be read: ${messageOf(error)}`]);
  }
  const placeOf = (path: readonly PropertyKey[]) => {
    const offset = offsetOf(document, path);
    return offset === undefined ? named.shownAs : `${named.shownAs}:${lines.linePos(offset).line}`;
  };
  const schema = projectSchema(commands);
  const parsed = schema.safeParse(written);
  if (parsed.success) return { file: fileOf(parsed.data, named, commands, placeOf), problems: [] };
  const problems = problemsIn(parsed.error, commands, written, placeOf);
  const rest = schema.safeParse(rightPartOf(written, parsed.error.issues));
  return {
    file: rest.success ? fileOf(rest.data, named, commands, placeOf) : { ...none, placeOf },
    problems,
  };
}

/** Without each option, and each whole cluster, of which something was said. */
function rightPartOf(
  written: unknown,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): unknown {
  if (!isRecord(written)) return written;
  const isWrong = (...path: string[]) =>
    issues.some((issue) => path.every((step, depth) => String(issue.path[depth]) === step));
  const { cluster, clusters } = written;
  return {
    version: 1,
    // The one that it names may be one of those that are left out.
    ...(!isWrong('cluster') && !isWrong('clusters') && cluster !== undefined && { cluster }),
    ...(isRecord(clusters) && {
      clusters: Object.fromEntries(Object.entries(clusters).filter(([name]) => !isWrong('clusters', name))),
    }),
  };
}

function fileOf(
  { cluster, clusters, commands: sections }: ProjectInput,
  named: Named,
  commands: readonly CommandWords[],
  placeOf: (path: readonly PropertyKey[]) => string,
): ProjectFile {
  const words = commands.find((command) => commandKey(command) === 'up')?.options ?? [];
  const folder = dirname(resolve(named.path));
  const read = (section: unknown, path: readonly string[], options: readonly OptionWord[]) =>
    layerIn(section, path, options, folder, placeOf);
  const names = Object.keys(clusters ?? {});
  const [only] = names;
  const path = cluster === undefined ? ['clusters', only ?? ''] : ['cluster'];
  const chosen = cluster ?? (names.length === 1 ? only : undefined);
  return {
    ...named,
    cluster: chosen === undefined ? undefined : { value: chosen, origin: placeOf(path) },
    clusters: new Map(
      Object.entries(clusters ?? {}).map(([name, section]) => [
        name,
        read(section, ['clusters', name], words),
      ]),
    ),
    commands: new Map(
      commands.map((command) => [
        commandKey(command),
        read(sectionAt(sections, command.path), ['commands', ...command.path], command.options),
      ]),
    ),
    placeOf,
  };
}

function sectionAt(sections: unknown, path: readonly string[]): unknown {
  return path.reduce((section, word) => (isRecord(section) ? section[word] : undefined), sections);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A section's options by name, each with its line. */
function layerIn(
  section: unknown,
  path: readonly string[],
  options: readonly OptionWord[],
  folder: string,
  placeOf: (path: readonly PropertyKey[]) => string,
): Layer {
  if (!isRecord(section)) return new Map();
  const values = Object.entries(section).map(([key, value]): [string, unknown] => {
    const word = options.find((other) => other.key === key);
    return [nameOf(key), word === undefined ? value : optionValue(value, word, folder)];
  });
  const layer = layerOf(Object.fromEntries(values), () => '');
  return new Map(
    [...layer].map(([name, { value }]) => {
      const [option = name, ...part] = name.split('.');
      const key = Object.keys(section).find((other) => nameOf(other) === option) ?? option;
      return [name, { value, origin: placeOf([...path, key, ...part]) }];
    }),
  );
}

function optionValue(value: unknown, { kind, isPath }: OptionWord, folder: string): unknown {
  if (kind === 'list') return itemsOf(value);
  // A bare name of a program is looked for in PATH.
  return isPath && typeof value === 'string' ? resolve(folder, value) : value;
}

/** Where `__proto__` is a key: that would be no value of an object, but what the object is. */
function prototypeKeys(document: Document.Parsed): number[] {
  const found: number[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '__proto__') found.push(key.range?.[0] ?? 0);
    },
  });
  return found;
}

/** Where the key stands; of something that is missing, where its parent does. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const step of path) {
    if (!isMap(node)) return offset;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    if (pair === undefined) return offset;
    if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
