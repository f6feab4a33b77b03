import type * as z from 'zod';
import { suggestion } from './nearest.js';
import { isClusterKey, keysAt } from './project-schema.js';
import { commandKey, type CommandWords } from './vocabulary.js';

/** What is wrong with the parts of `rcluster.yaml`. Pure. */

type Path = readonly PropertyKey[];

interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** @returns lines such as `rcluster.yaml:12: clusters.lab.masters: must be a whole number from 1 to 1000` */
export function problemsIn(
  error: z.ZodError,
  commands: readonly CommandWords[],
  written: unknown,
  placeOf: (path: Path) => string,
): string[] {
  const problems = error.issues.flatMap((issue) => describe(issue, commands, written));
  return byLine(
    problems.map(({ path, message }) => {
      const where = path.map(String).join('.');
      return `${placeOf(path)}: ${where === '' ? '' : `${where}: `}${message}`;
    }),
  );
}

/** In the order of the file. */
export function byLine(problems: readonly string[]): string[] {
  const lineOf = (problem: string) => Number(/^\S+?:(\d+): /.exec(problem)?.[1] ?? 0);
  return [...problems].sort((a, b) => lineOf(a) - lineOf(b));
}

function describe(issue: z.core.$ZodIssue, commands: readonly CommandWords[], written: unknown): Problem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(path, key, commands) }));
  }
  // What is wrong with a key is one level below.
  if (issue.code === 'invalid_key') {
    return [{ path, message: `the name ${issue.issues[0]?.message ?? issue.message}` }];
  }
  if (issue.code === 'invalid_type' && isMissing(written, path)) return [{ path, message: 'is missing' }];
  return [{ path, message: issue.message.replace(/^Invalid input: expected/, 'must be of type') }];
}

function isMissing(written: unknown, path: Path): boolean {
  const value = path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null ? (part as Record<PropertyKey, unknown>)[key] : undefined,
    written,
  );
  return value === undefined;
}

function unknownKey(path: Path, key: string, commands: readonly CommandWords[]): string {
  const known = keysAt(path, commands);
  const [part, ...rest] = path.map(String);
  if (/passwo?rd$/i.test(key)) {
    const file = known.find((other) => other === 'password-file');
    const instead = file === undefined ? '' : `: ${file} names a file of its own for it`;
    return `does not belong here, where everybody reads it${instead}`;
  }
  if (part === 'commands') {
    const command = commands.find((other) => commandKey(other) === rest.join(' '));
    if (command?.spoken.includes(key) === true)
      return 'counts on the command line alone, each time that it is meant';
  }
  // At the top, or with the flags of `up`.
  const isMisplaced = part === undefined || path.join(' ') === 'commands up';
  if (isMisplaced && isClusterKey(key)) return `is what a cluster is: clusters.NAME.${key}`;
  return `is not known here${suggestion(key, known)}`;
}
