import type { Expectation, Metric, Operator } from '../config/expectation.js';
import type {
  DrillRun,
  ExpectationResult,
  Latency,
  Phase,
  ProfileOutcome,
  ReadTotals,
  WriteTotals,
} from '../reports/model.js';

/** Holds expectations against what a run measured. Pure. What was not measured is never as expected. */

export function evaluate(expectation: Expectation, run: DrillRun): ExpectationResult {
  const measured = measure(expectation, run);
  const isMet = measured !== null && COMPARE[expectation.operator](measured, expectation.limit);
  return {
    run: run.number,
    text: expectation.text,
    measured: measured === null ? null : withUnit(measured, expectation.unit),
    verdict: isMet ? 'pass' : 'fail',
  };
}

const COMPARE: Record<Operator, (measured: number, limit: number) => boolean> = {
  '<': (measured, limit) => measured < limit,
  '<=': (measured, limit) => measured <= limit,
  '>': (measured, limit) => measured > limit,
  '>=': (measured, limit) => measured >= limit,
  '==': (measured, limit) => measured === limit,
  '!=': (measured, limit) => measured !== limit,
};

/** Milliseconds, a number, or a ratio from 0 to 1; null when it was not measured. */
function measure(expectation: Expectation, run: DrillRun): number | null {
  // Of a run that was cut short nothing is known: no loss was seen because nobody looked.
  const profiles = run.profiles.filter(({ name }) => (expectation.profile ?? name) === name);
  if (profiles.length === 0) return null;
  const { metric, profile } = expectation;
  switch (metric) {
    case 'outage':
      return profile === undefined ? run.outageMs : largest(profiles.map(({ outageMs }) => outageMs));
    case 'detect':
      return run.detectMs;
    case 'elect':
      return run.electMs;
    case 'recover':
      return run.recoverMs;
    case 'promoted':
      return run.promotions;
    case 'scheduling-delay':
      return largest(profiles.map(({ schedulingDelayP99Ms }) => schedulingDelayP99Ms));
    case 'p50':
    case 'p90':
    case 'p99':
    case 'p99.9':
    case 'longest-write':
      return largest(latenciesOf(profiles, expectation.phase).map((latency) => latency[PERCENTILE[metric]]));
    default:
      return count(metric, expectation.unit, profiles);
  }
}

const PERCENTILE = {
  p50: 'p50',
  p90: 'p90',
  p99: 'p99',
  'p99.9': 'p999',
  'longest-write': 'max',
} as const satisfies Partial<Record<Metric, keyof Latency>>;

/** Without a phase an expectation is held against each of them. */
function latenciesOf(profiles: readonly ProfileOutcome[], phase: Phase | undefined): Latency[] {
  const phases: readonly Phase[] = phase === undefined ? ['before', 'during', 'after'] : [phase];
  return profiles
    .flatMap(({ latency }) => phases.map((name) => latency[name]))
    .filter((latency) => latency !== null);
}

type Counted = Exclude<
  Metric,
  'outage' | 'detect' | 'elect' | 'recover' | 'promoted' | 'scheduling-delay' | keyof typeof PERCENTILE
>;

function count(
  metric: Counted,
  unit: Expectation['unit'],
  profiles: readonly ProfileOutcome[],
): number | null {
  const ofWrites = (field: keyof WriteTotals) => sum(profiles.map(({ writes }) => writes[field]));
  const ofReads = (field: keyof ReadTotals) => sum(profiles.map(({ reads }) => reads[field]));
  const writes = ofWrites('attempted');
  const reads = ofReads('attempted');
  switch (metric) {
    case 'errors': {
      const failed = ofWrites('failed') + ofReads('failed');
      if (writes + reads === 0) return null;
      return unit === 'ratio' ? failed / (writes + reads) : failed;
    }
    case 'attempted':
      return writes;
    case 'acknowledged':
      return ofWrites('acknowledged');
    case 'stale':
      return reads === 0 ? null : ofReads('stale');
    case 'failed':
    case 'lost':
    case 'duplicated':
      return writes === 0 ? null : ofWrites(metric);
    case 'unacknowledged':
      return writes === 0 ? null : ofWrites('unacknowledgedPresent');
  }
}

function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function withUnit(value: number, unit: Expectation['unit']): string {
  switch (unit) {
    case 'count':
      return String(value);
    case 'ratio':
      return `${trimmed(value * 100)} %`;
    case 'ms':
      return value < 1000 ? `${trimmed(value)} ms` : `${trimmed(value / 1000)} s`;
  }
}

/** Two decimals, unless they are noughts. */
function trimmed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
