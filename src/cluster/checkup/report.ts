import type { CheckupFinding, CheckupSeverity, Fix } from './finding.js';

/** What `doctor` prints under --json, and what all of its texts are renderings of. */
export interface CheckupReport {
  /** The name, or the address that was given for a cluster that rcluster did not make. */
  readonly cluster: string;
  /** How many nodes there are, and how many of them answered. */
  readonly nodes: number;
  readonly answered: number;
  readonly elapsedMs: number;
  readonly verdict: 'ok' | 'warning' | 'error';
  /** Worst first. */
  readonly findings: readonly CheckupFinding[];
  /** The whole checklist, in its order. */
  readonly checks: readonly ChecklistItem[];
  /** What `--fix` did before the rest was looked at. */
  readonly fixed: readonly AppliedFix[];
}

export interface ChecklistItem {
  readonly title: string;
  /** The worst that it found; `unseen`: it could not be looked at. */
  readonly result: 'ok' | CheckupSeverity | 'unseen';
  /** Why it could not be looked at. */
  readonly reason: string | null;
}

export interface AppliedFix extends Fix {
  /** Whether it will hold after a restart: the node has written it to its redis.conf. */
  readonly written: boolean;
  /** What the node said when it refused. */
  readonly error: string | null;
}
