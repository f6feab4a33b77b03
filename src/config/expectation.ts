import { RclusterError } from '../base/errors.js';
import { DURATION_FORM, parseDuration } from './duration.js';
import { suggestion } from './nearest.js';

/**
 * What is expected of a drill, in one line: `outage < 2s`, `lost == 0`, `errors(default) < 1%`, `p99(after) < 20ms`.
 * Pure; holding it against what was measured is the drills' business.
 */

/** `duration` is compared in milliseconds, `count` as a number, `share` as either a percentage or a number. */
type Unit = 'duration' | 'count' | 'share';

/** What may stand in the parentheses behind a metric. */
type Takes = 'nothing' | 'profile' | 'profile and phase';

export const METRICS = {
  outage: { unit: 'duration', takes: 'profile', meaning: 'how long writes failed on the worst shard' },
  detect: { unit: 'duration', takes: 'nothing', meaning: 'until a majority called the node failed' },
  elect: { unit: 'duration', takes: 'nothing', meaning: 'from there until a replica was master' },
  recover: { unit: 'duration', takes: 'nothing', meaning: 'from there until a write succeeded' },
  p50: { unit: 'duration', takes: 'profile and phase', meaning: 'latency of half the requests' },
  p90: { unit: 'duration', takes: 'profile and phase', meaning: 'latency of 9 in 10 requests' },
  p99: { unit: 'duration', takes: 'profile and phase', meaning: 'latency of 99 in 100 requests' },
  'p99.9': { unit: 'duration', takes: 'profile and phase', meaning: 'latency of 999 in 1000 requests' },
  'longest-write': {
    unit: 'duration',
    takes: 'profile and phase',
    meaning: 'latency of the slowest request; reads count as well, so it is never too short',
  },
  'scheduling-delay': {
    unit: 'duration',
    takes: 'profile',
    meaning: 'how late the load itself was, at p99',
  },
  errors: { unit: 'share', takes: 'profile', meaning: 'requests that failed: a percentage, or how many' },
  attempted: { unit: 'count', takes: 'profile', meaning: 'writes that were sent' },
  acknowledged: { unit: 'count', takes: 'profile', meaning: 'writes that were acknowledged' },
  failed: { unit: 'count', takes: 'profile', meaning: 'writes that were not' },
  lost: { unit: 'count', takes: 'profile', meaning: 'acknowledged writes that were not there in the end' },
  unacknowledged: { unit: 'count', takes: 'profile', meaning: 'failed writes that were there all the same' },
  duplicated: { unit: 'count', takes: 'profile', meaning: 'increments that were carried out twice' },
  stale: { unit: 'count', takes: 'profile', meaning: 'reads that went back in time' },
  promoted: { unit: 'count', takes: 'nothing', meaning: 'replicas that became masters' },
} as const satisfies Record<string, { unit: Unit; takes: Takes; meaning: string }>;

export type Metric = keyof typeof METRICS;

export const PROFILES = ['default', 'tuned'] as const;
export const PHASES = ['before', 'during', 'after'] as const;
export const OPERATORS = ['<=', '>=', '==', '!=', '<', '>'] as const;

export type Operator = (typeof OPERATORS)[number];

export interface Expectation {
  /** As it was written. */
  readonly text: string;
  readonly metric: Metric;
  /** Of one client profile alone. */
  readonly profile: (typeof PROFILES)[number] | undefined;
  /** Of one phase of the run alone. */
  readonly phase: (typeof PHASES)[number] | undefined;
  readonly operator: Operator;
  /** Milliseconds of a duration; 0 to 1 of a percentage. */
  readonly limit: number;
  readonly unit: 'ms' | 'count' | 'ratio';
}

const FORM = /^([^\s()<>=!]+)\s*(?:\(([^)]*)\)\s*)?([<>=!]+)\s*(\S.*)$/;

/** @throws CONFIG_INVALID with what is wrong and what there is */
export function parseExpectation(text: string): Expectation {
  const [, name = '', inside, operator = '', value = ''] = FORM.exec(text.trim()) ?? [];
  if (name === '') throw wrong(text, 'must read METRIC < VALUE, such as outage < 2s or lost == 0');
  if (!isMetric(name)) {
    const metrics = Object.keys(METRICS);
    throw wrong(
      text,
      `nothing is measured that is called "${name}"${suggestion(name, metrics)}`,
      `there is ${metrics.join(', ')}`,
    );
  }
  if (!isOneOf(OPERATORS, operator)) {
    throw wrong(text, `"${operator}" is no comparison`, `there is ${OPERATORS.join(', ')}`);
  }
  return {
    text: text.trim(),
    metric: name,
    operator,
    ...qualifiersOf(text, name, inside),
    ...limitOf(text, name, value),
  };
}

function qualifiersOf(
  text: string,
  metric: Metric,
  inside: string | undefined,
): Pick<Expectation, 'profile' | 'phase'> {
  const words = inside === undefined ? [] : inside.split(',').map((word) => word.trim());
  const { takes } = METRICS[metric];
  let profile: Expectation['profile'];
  let phase: Expectation['phase'];
  for (const word of words) {
    if (isOneOf(PROFILES, word) && profile === undefined && takes !== 'nothing') profile = word;
    else if (isOneOf(PHASES, word) && phase === undefined && takes === 'profile and phase') phase = word;
    else {
      const may =
        takes === 'nothing'
          ? 'nothing'
          : takes === 'profile'
            ? `one of ${PROFILES.join(', ')}`
            : `one of ${PROFILES.join(', ')} and one of ${PHASES.join(', ')}`;
      throw wrong(text, `"${word}" cannot stand behind ${metric}: ${may} may`);
    }
  }
  return { profile, phase };
}

function limitOf(text: string, metric: Metric, value: string): Pick<Expectation, 'limit' | 'unit'> {
  const { unit } = METRICS[metric];
  if (unit === 'duration') {
    const ms = parseDuration(value);
    if (ms === undefined) throw wrong(text, `${metric} is compared with ${DURATION_FORM}`);
    return { limit: ms, unit: 'ms' };
  }
  const [, number = '', percent] = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(value) ?? [];
  if (number !== '' && percent === undefined) return { limit: Number(number), unit: 'count' };
  if (number !== '' && unit === 'share') return { limit: Number(number) / 100, unit: 'ratio' };
  const form = unit === 'share' ? 'a percentage or a number, such as 1% or 0' : 'a number, such as 0';
  throw wrong(text, `${metric} is compared with ${form}`);
}

function isMetric(name: string): name is Metric {
  return Object.hasOwn(METRICS, name);
}

function isOneOf<Word extends string>(words: readonly Word[], word: string): word is Word {
  return (words as readonly string[]).includes(word);
}

function wrong(text: string, why: string, hint?: string): RclusterError {
  return new RclusterError('CONFIG_INVALID', `expectation "${text.trim()}": ${why}`, { hint });
}
