import type { Verdict } from './model.js';

/** What `rcluster smoke` found, and prints under --json. */
export interface SmokeReport {
  readonly cluster: string;
  /** Null when the cluster did not come up. */
  readonly image: string | null;
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly checks: readonly SmokeCheck[];
  readonly verdict: Exclude<Verdict, 'skip'>;
}

/** One thing that a cluster has to be able to do. */
export interface SmokeCheck {
  /** `a killed master is replaced`. */
  readonly name: string;
  /** `skip`: an earlier check failed, so this one was not tried. */
  readonly verdict: Verdict;
  readonly elapsedMs: number;
  /** What was measured, or what went wrong. */
  readonly message: string;
}
