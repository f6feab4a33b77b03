import { RclusterError } from '../base/errors.js';
import type * as z from 'zod';
import { defaultNodeTimeout } from './defaults.js';
import { memoryOf, ruleProblems, type Problem } from './rules.js';
import { upSchema, type ResolvedUpOptions, type UpOptions } from './schema.js';
import type { GuardSources } from './guard.js';
import type { ClusterSpec, TlsKind, UpBehaviour } from './types.js';

/** Options for which there is no flag. */
const WITHOUT_FLAG: ReadonlySet<string> = new Set(['nodes']);

/** `nodeTimeout` -> `--node-timeout`. */
export function flagOf(option: string): string {
  if (WITHOUT_FLAG.has(option)) return option;
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
  readonly guard: GuardSources;
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
  return {
    spec,
    behaviour: behaviourOf(parsed.data),
    guard: parsed.data,
    given: givenIn(options, spec),
  };
}

/** What in the specification comes of options of other names. */
const SAID_BY: Partial<Record<keyof ClusterSpec, readonly (keyof UpOptions)[]>> = {
  name: ['cluster'],
  access: ['password', 'passwordFile', 'aclFile'],
  tls: ['tls', 'tlsAuthClients', 'tlsCert'],
};

function givenIn(options: UpOptions, spec: ClusterSpec): Map<keyof ClusterSpec, string> {
  const given = new Map<keyof ClusterSpec, string>();
  for (const field of Object.keys(spec) as (keyof ClusterSpec)[]) {
    const names = SAID_BY[field] ?? [field as keyof UpOptions];
    const name = names.find((option) => options[option] !== undefined);
    if (name !== undefined) given.set(field, flagOf(name === 'cluster' ? 'name' : name));
  }
  return given;
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

/** Checks options against their schema. @throws CONFIG_INVALID with every problem at once */
export function resolveOptions<Schema extends z.ZodType>(schema: Schema, options: object): z.output<Schema> {
  const parsed = schema.safeParse(options);
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
    memory: memoryOf(options),
    set: options.set,
    nodes: options.nodes,
    bind: options.bind,
    announce: options.announce ?? (options.bind === '0.0.0.0' ? '127.0.0.1' : options.bind),
    subnet: options.subnet ?? '',
    access:
      SAID_BY.access?.some((option) => options[option as 'password'] !== undefined) === true
        ? 'password'
        : 'open',
    tls: tlsOf(options),
  };
}

function tlsOf({ tls, tlsAuthClients, tlsCert }: ResolvedUpOptions): TlsKind {
  if (!tls && tlsAuthClients === undefined && tlsCert === undefined) return 'off';
  return { no: 'on', optional: 'optional', yes: 'required' }[tlsAuthClients ?? 'no'] as TlsKind;
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
