import { RclusterError } from '../base/errors.js';
import type { z } from 'zod';
import { defaultNodeTimeout } from './defaults.js';
import { ruleProblems, type Problem } from './rules.js';
import {
  addMasterSchema,
  upSchema,
  type AddMasterOptions,
  type ResolvedUpOptions,
  type UpOptions,
} from './schema.js';
import type { ClusterSpec, UpBehaviour } from './types.js';

/** `nodeTimeout` -> `--node-timeout`. */
export function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function valueGiven(options: object, path: readonly PropertyKey[]): string {
  const value: unknown =
    path.length === 0 ? undefined : (options as Record<PropertyKey, unknown>)[path[0] ?? ''];
  return typeof value === 'string' || typeof value === 'number' ? ` ${value}` : '';
}

export interface ResolvedUp {
  readonly spec: ClusterSpec;
  readonly behaviour: UpBehaviour;
  /** What the caller asked for by name, with the flag that says so: the rest is defaults. */
  readonly given: ReadonlyMap<keyof ClusterSpec, string>;
}

/**
 * Turns flags or library options into the cluster's specification.
 *
 * @throws CONFIG_INVALID with every problem at once, one line each
 */
export function resolveUp(options: UpOptions): ResolvedUp {
  const parsed = upSchema.safeParse(options);
  if (!parsed.success)
    throw invalid([...describe(parsed.error, options), ...rulesOfTheRest(parsed.error, options)]);
  const problems = ruleProblems(parsed.data).map(describeProblem);
  if (problems.length > 0) throw invalid(problems);
  const spec = specOf(parsed.data);
  const given = (Object.keys(spec) as (keyof ClusterSpec)[]).filter(
    (option) => (options as Record<string, unknown>)[option === 'name' ? 'cluster' : option] !== undefined,
  );
  return {
    spec,
    behaviour: behaviourOf(parsed.data),
    given: new Map(given.map((option) => [option, flagOf(option)])),
  };
}

/** All problems at once: what the rules say of the options that are well formed, beside those that are not. */
function rulesOfTheRest(error: z.ZodError, options: UpOptions): string[] {
  const malformed = new Set(
    error.issues.flatMap((issue) => ('keys' in issue ? issue.keys : [String(issue.path[0])])),
  );
  const rest = Object.fromEntries(Object.entries(options).filter(([option]) => !malformed.has(option)));
  const parsed = upSchema.safeParse(rest);
  if (!parsed.success) return [];
  return ruleProblems(parsed.data)
    .filter(({ option }) => !malformed.has(option))
    .map(describeProblem);
}

/** @throws CONFIG_INVALID */
export function resolveAddMaster(options: AddMasterOptions): { replicas?: number | undefined } {
  const parsed = addMasterSchema.safeParse(options);
  if (!parsed.success) throw invalid(describe(parsed.error, options));
  return parsed.data;
}

function describeProblem({ option, message }: Problem): string {
  return `${flagOf(option)}: ${message}`;
}

function describe(error: z.ZodError, options: object): string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `${flagOf(key)}: is not an option`);
    return [`${flagOf(String(issue.path[0]))}${valueGiven(options, issue.path)}: ${issue.message}`];
  });
}

function invalid(details: string[]): RclusterError {
  const [only = ''] = details;
  return details.length === 1
    ? new RclusterError('CONFIG_INVALID', only)
    : new RclusterError('CONFIG_INVALID', `${details.length} options are wrong`, { details });
}

function specOf(options: ResolvedUpOptions): ClusterSpec {
  return {
    version: 1,
    name: options.cluster,
    masters: options.masters,
    replicas: options.replicas,
    basePort: options.basePort,
    image: options.image,
    nodeTimeout: options.nodeTimeout ?? defaultNodeTimeout(options.masters * (1 + options.replicas)),
    persistence: options.persistence,
    maxmemory: options.maxmemory,
    memory: options.memory,
    set: options.set,
    bind: options.bind,
    announce: options.announce ?? (options.bind === '0.0.0.0' ? '127.0.0.1' : options.bind),
    subnet: options.subnet ?? '',
  };
}

function behaviourOf(options: ResolvedUpOptions): UpBehaviour {
  return {
    runtime: options.runtime,
    redisServer: options.redisServer,
    anyPort: options.anyPort,
    waitMs: options.wait * 1000,
    retain: options.retain,
  };
}
