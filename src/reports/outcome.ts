import { list, plural } from '../base/format.js';
import { range, time } from './figures.js';
import type { DrillReport, DrillRun, ExpectationResult, Range, Verdict } from './model.js';

export const PHASES = ['detect', 'elect', 'recover'] as const;

/** A phase of an outage, or all of it. */
export interface PhaseFigure {
  readonly name: (typeof PHASES)[number] | 'outage';
  readonly measuredMs: number | null;
  readonly expected: Range | null;
  /** Null where one of the two is missing. */
  readonly isExpected: boolean | null;
}

/** The three phases, and the outage that they add up to. */
export function phasesOf(run: DrillRun): readonly PhaseFigure[] {
  return ([...PHASES, 'outage'] as const).map((name) => {
    const measuredMs = run[`${name}Ms`];
    const expected = run.expected?.[`${name}Ms`] ?? null;
    const isExpected =
      measuredMs === null || expected === null
        ? null
        : expected[0] <= measuredMs && measuredMs <= expected[1];
    return { name, measuredMs, expected, isExpected };
  });
}

/** `400 to 700 ms, outside`. */
export function expectedText({ expected, isExpected }: PhaseFigure): string {
  if (expected === null) return time(null);
  return `${range(expected)}${isExpected === false ? ', outside' : ''}`;
}

/** One expectation over all runs. */
export interface Expectation {
  readonly text: string;
  readonly verdict: Verdict;
  readonly results: readonly ExpectationResult[];
}

/** In the order in which they were written. */
export function expectationsOf(report: DrillReport): readonly Expectation[] {
  const texts = [...new Set(report.expectations.map(({ text }) => text))];
  return texts.map((text) => {
    const results = report.expectations.filter((result) => result.text === text);
    return { text, verdict: worst(results.map(({ verdict }) => verdict)), results };
  });
}

export function verdictOf(report: DrillReport, run: DrillRun): Verdict {
  if (run.error !== null) return 'fail';
  return worst(
    report.expectations.filter((result) => result.run === run.number).map(({ verdict }) => verdict),
  );
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('skip') ? 'skip' : 'pass';
}

/** The run to look at where there is room for one: the first that failed, else the one with the longest outage. */
export function runToShow(report: DrillReport): DrillRun | undefined {
  const failed = report.runs.find((run) => verdictOf(report, run) === 'fail');
  const [longest] = [...report.runs].sort((a, b) => (b.outageMs ?? -1) - (a.outageMs ?? -1));
  return failed ?? longest;
}

/** Why the verdict is what it is, in one sentence. */
export function reasonOf(report: DrillReport): string {
  if (report.skipped !== null) return report.skipped;
  const expectations = expectationsOf(report);
  const missed = expectations.filter(({ verdict }) => verdict === 'fail');
  const broken = report.runs.filter(({ error }) => error !== null);
  const reasons = [
    ...broken.map(({ number, error }) => `run ${number} failed: ${error ?? ''}`),
    ...missed.map(({ text, results }) => `${text} was missed ${missedIn(report, results)}`),
  ];
  if (reasons.length > 0) return reasons.join('; ');
  const unchecked = expectations.filter(({ verdict }) => verdict === 'skip').map(({ text }) => text);
  if (unchecked.length > 0) return `not checked: ${list(unchecked)}`;
  if (expectations.length === 0)
    return `${plural(report.runs.length, 'run')}, and nothing was expected of it`;
  const all =
    expectations.length === 1 ? 'the expectation was' : `all ${expectations.length} expectations were`;
  return `${all} met in ${report.runs.length === 1 ? 'the run' : `all ${report.runs.length} runs`}`;
}

function missedIn(report: DrillReport, results: readonly ExpectationResult[]): string {
  const missed = results.filter(({ verdict }) => verdict === 'fail');
  const measured = (result: ExpectationResult) => result.measured ?? 'not measured';
  if (report.runs.length < 2) return `(${missed.map(measured).join()})`;
  return `in ${list(missed.map((result) => `run ${result.run} (${measured(result)})`))}`;
}

/** What would have helped the clients of a profile; what several runs say is said once. */
export function adviceOf(report: DrillReport): readonly { profile: string; advice: readonly string[] }[] {
  const profiles = report.runs.flatMap((run) => run.profiles);
  return [...new Set(profiles.map(({ name }) => name))]
    .map((profile) => ({
      profile,
      advice: [
        ...new Set(profiles.filter(({ name }) => name === profile).flatMap((outcome) => outcome.advice)),
      ],
    }))
    .filter(({ advice }) => advice.length > 0);
}

/** `[from, to]` of all that a run's pictures show. */
export function spanOf(run: DrillRun): Range {
  const moments = [
    0,
    ...run.profiles.flatMap(({ series }) => series.flatMap(({ atMs, bucketMs }) => [atMs, atMs + bucketMs])),
    ...run.lanes.flatMap(({ spans }) => spans.flatMap(({ fromMs, toMs }) => [fromMs, toMs])),
    ...run.timeline.map(({ atMs }) => atMs),
  ];
  const least = moments.reduce((a, b) => Math.min(a, b));
  const most = moments.reduce((a, b) => Math.max(a, b));
  return [least, Math.max(most, least + 1)];
}
