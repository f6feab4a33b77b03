import type {
  DrillRun,
  ExpectationResult,
  ProfileOutcome,
  Spread,
  Summary,
  Verdict,
  WriteTotals,
} from '../reports/model.js';

/** What all runs of a drill come to. Pure. */

const NO_WRITES: WriteTotals = {
  attempted: 0,
  acknowledged: 0,
  failed: 0,
  lost: 0,
  unacknowledgedPresent: 0,
  duplicated: 0,
};

export function totalsOf(writes: readonly WriteTotals[]): WriteTotals {
  return writes.reduce(
    (total, each) => ({
      attempted: total.attempted + each.attempted,
      acknowledged: total.acknowledged + each.acknowledged,
      failed: total.failed + each.failed,
      lost: total.lost + each.lost,
      unacknowledgedPresent: total.unacknowledgedPresent + each.unacknowledgedPresent,
      duplicated: total.duplicated + each.duplicated,
    }),
    NO_WRITES,
  );
}

export function summaryOf(runs: readonly DrillRun[], results: readonly ExpectationResult[]): Summary {
  const profiles = runs.flatMap((run) => run.profiles);
  const requests = sum(profiles, ({ writes, reads }) => writes.attempted + reads.attempted);
  const failed = sum(profiles, ({ writes, reads }) => writes.failed + reads.failed);
  const isFailed = (run: DrillRun) =>
    run.error !== null ||
    results.some(({ run: number, verdict }) => number === run.number && verdict === 'fail');
  return {
    runs: runs.length,
    failedRuns: runs.filter(isFailed).length,
    outageMs: spreadOf(runs.map(({ outageMs }) => outageMs)),
    detectMs: spreadOf(runs.map(({ detectMs }) => detectMs)),
    electMs: spreadOf(runs.map(({ electMs }) => electMs)),
    recoverMs: spreadOf(runs.map(({ recoverMs }) => recoverMs)),
    writes: totalsOf(runs.map(({ writes }) => writes)),
    errorRatio: requests === 0 ? 0 : failed / requests,
  };
}

/** Over the runs that measured it; null when none did. Percentiles by nearest rank, so each is a value that occurred. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  if (sorted.length === 0) return null;
  return { runs: sorted.length, min: at(0), p50: at(0.5), p90: at(0.9), max: at(1) };
}

/** Passed has only what has run, and has met everything that was expected of it. */
export function verdictOf(summary: Summary, skipped: string | null): Verdict {
  if (skipped !== null) return 'skip';
  return summary.runs > 0 && summary.failedRuns === 0 ? 'pass' : 'fail';
}

function sum(profiles: readonly ProfileOutcome[], of: (profile: ProfileOutcome) => number): number {
  return profiles.reduce((total, profile) => total + of(profile), 0);
}
