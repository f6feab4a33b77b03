import type * as z from 'zod';
import { suggestion } from './nearest.js';
import { STEP_KEYS, scenarioJsonSchema } from './scenario-schema.js';
import type { Scenario, Step } from './scenario.js';

/** What is wrong with a scenario, each with the path to it: `steps[2].within: must be ...`. Pure. */

/** @param written what was read, for the keys that stand there */
export function problemsIn(error: z.ZodError, written: unknown): string[] {
  return error.issues.flatMap((issue) => describe(issue, [], written));
}

/** Every key that may stand anywhere: it takes a while to list them. */
let known: readonly string[] | undefined;

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

function describe(issue: Issue, base: Path, written: unknown): string[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    known ??= keysIn(scenarioJsonSchema());
    const keys = known;
    return issue.keys.map((key) => `${textOf([...path, key])}: is not known here${suggestion(key, keys)}`);
  }
  if (issue.code === 'invalid_union') return describeUnion(issue, path, written);
  const what =
    issue.code === 'invalid_type' && issue.message.startsWith('Invalid input') ? missing(path, written) : '';
  return [`${textOf(path)}: ${what === '' ? issue.message : what}`];
}

/** Of a step the reader means the kind whose key stands there; the other kinds' complaints are noise. */
function describeUnion(
  issue: Issue & { readonly code: 'invalid_union' },
  path: Path,
  written: unknown,
): string[] {
  const value = valueAt(written, path);
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const isStep = issue.errors.length === STEP_KEYS.length;
  if (!isStep) return [`${textOf(path)}: ${issue.message}`];
  const kind = STEP_KEYS.findIndex((key) => keys.includes(key));
  const meant = issue.errors[kind];
  if (meant !== undefined) return meant.flatMap((inner) => describe(inner, path, written));
  const [first = ''] = keys;
  return [`${textOf(path)}: is no step${suggestion(first, STEP_KEYS)}; there is ${STEP_KEYS.join(', ')}`];
}

function keysIn(schema: object): string[] {
  return Object.entries(schema).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return [];
    return [...(name === 'properties' ? Object.keys(value) : []), ...keysIn(value)];
  });
}

function missing(path: Path, written: unknown): string {
  const value = valueAt(written, path);
  if (value === undefined) return 'is missing';
  return `cannot be ${value === null ? 'empty' : Array.isArray(value) ? 'a list' : `a ${typeof value}`}`;
}

function valueAt(written: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    written,
  );
}

/** `steps[2].fault.target` */
function textOf(path: Path): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? 'the scenario' : text;
}

/** What a scenario whose every part is well formed gets wrong as a whole: names that nothing has, or several have. */
export function inconsistenciesOf({ steps }: Scenario): string[] {
  const problems: string[] = [];
  const faults = new Set<string>();
  const commands = new Set<string>();
  const visit = (step: Step, at: string, inEach: boolean): void => {
    const name = 'as' in step ? step.as : undefined;
    if (name !== undefined) {
      if (faults.has(name) || commands.has(name))
        problems.push(`${at}.as: there is another "${name}" already`);
      else if (name === 'all' || name === 'each') problems.push(`${at}.as: "${name}" means something else`);
      else (step.kind === 'fault' ? faults : commands).add(name);
    }
    if (step.kind === 'heal' && step.name !== 'all' && !faults.has(step.name)) {
      problems.push(
        `${at}.heal: no earlier fault is called "${step.name}"${suggestion(step.name, [...faults])}`,
      );
    }
    if ('of' in step && step.of !== undefined && !faults.has(step.of) && !commands.has(step.of)) {
      const names = [...faults, ...commands];
      problems.push(`${at}.of: no earlier step is called "${step.of}"${suggestion(step.of, names)}`);
    }
    if (step.kind === 'repeat') {
      step.steps.forEach((inner, index) =>
        visit(inner, `${at}.repeat.steps[${index}]`, inEach || step.each !== undefined),
      );
    }
    if (!inEach && isOfEach(step)) problems.push(`${at}: "each" is a node within repeat with each alone`);
  };
  steps.forEach((step, index) => visit(step, `steps[${index}]`, false));
  return problems;
}

function isOfEach(step: Step): boolean {
  const isEach = (target: string) => /(?<![\w:-])each(?![\w:-])/.test(target);
  if (step.kind === 'fault') return isEach('target' in step.fault ? step.fault.target : step.fault.groups);
  return step.kind === 'command' && 'node' in step.command && isEach(step.command.node);
}
