import type { DurationSummary } from '../base/durations.js';

/**
 * The one model of a drill's outcome, of which every report is a rendering. It is plain data, versioned, and what
 * `rcluster drill run --json` prints. All times are milliseconds; `atMs` counts from the moment of the injection, so what
 * came before is negative. A number that was not measured is null, never 0.
 */
export const REPORT_VERSION = 1;

export type Verdict = 'pass' | 'fail' | 'skip';

export interface DrillReport {
  readonly version: typeof REPORT_VERSION;
  /** The scenario's name: `kill-master`. */
  readonly drill: string;
  /** The question that it answers, in one sentence. */
  readonly question: string;
  readonly environment: Environment;
  readonly runs: readonly DrillRun[];
  readonly summary: Summary;
  readonly expectations: readonly ExpectationResult[];
  /** `skip`: a fault of the scenario cannot be injected here; never a pass. */
  readonly verdict: Verdict;
  /** Why it was skipped. */
  readonly skipped: string | null;
}

export interface Environment {
  readonly cluster: string;
  readonly runtime: 'docker' | 'process';
  /** The image or the server's path. */
  readonly image: string;
  /** As INFO says: `7.0.15`. */
  readonly serverVersion: string;
  readonly masters: number;
  readonly replicas: number;
  /** cluster-node-timeout. */
  readonly nodeTimeoutMs: number;
  /** Server settings that bear on a failover, by their redis.conf names. */
  readonly settings: Readonly<Record<string, string>>;
  readonly load: LoadSettings;
  /** Versions of rcluster, Node.js, ioredis and the engine, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** `2 x Intel(R) Xeon(R)`. */
  readonly cpu: string;
  readonly memoryBytes: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** With it the same run can be asked for again. */
  readonly seed: number;
}

export interface LoadSettings {
  /** Requests a second, of all profiles together. */
  readonly rate: number;
  /** Clients of each profile. */
  readonly clients: number;
  /** 0 to 1. */
  readonly readRatio: number;
  readonly valueBytes: number;
  readonly keys: number;
  /** Several keys share a slot. */
  readonly hashTags: boolean;
  /** WAIT for so many replicas after each write; 0: none. */
  readonly waitReplicas: number;
}

export interface DrillRun {
  /** Counts from 1. */
  readonly number: number;
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** The node that the first fault struck, and who took its slots over. */
  readonly victim: string | null;
  readonly promoted: string | null;
  /**
   * From the injection to the first write on every shard that it hit, as the tuned client saw it: the three add up to it. Where a
   * later outage of these shards was longer, the length of that one, without the three.
   */
  readonly outageMs: number | null;
  readonly detectMs: number | null;
  readonly electMs: number | null;
  readonly recoverMs: number | null;
  /** What the formula says they should be; null where it says nothing. */
  readonly expected: ExpectedPhases | null;
  /** What fell outside of it, a sentence each. */
  readonly remarks: readonly string[];
  /** How many replicas became masters. */
  readonly promotions: number;
  /** Of all profiles together. */
  readonly writes: WriteTotals;
  readonly profiles: readonly ProfileOutcome[];
  readonly timeline: readonly ReportEvent[];
  /** For the lanes: how each node was over time. */
  readonly lanes: readonly NodeLane[];
  /** Whatever failed in the run besides its expectations; null when nothing did. */
  readonly error: string | null;
}

/** [least, most] in milliseconds. */
export type Range = readonly [number, number];

export interface ExpectedPhases {
  readonly detectMs: Range;
  readonly electMs: Range;
  readonly recoverMs: Range;
  readonly outageMs: Range;
}

export interface WriteTotals {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly failed: number;
  /** Acknowledged, and not there in the end. */
  readonly lost: number;
  /** Not acknowledged, and there all the same. */
  readonly unacknowledgedPresent: number;
  /** Increments that were carried out twice because the client tried again. */
  readonly duplicated: number;
}

export interface ReadTotals {
  readonly attempted: number;
  readonly failed: number;
  /** Reads that saw an older value than an earlier read or an acknowledged write of the same client. */
  readonly stale: number;
}

/** What the clients of one profile saw. */
export interface ProfileOutcome {
  /** `default`: ioredis as it comes; `tuned`: set up for failovers. */
  readonly name: string;
  /** The client's settings that differ from ioredis' own. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly writes: WriteTotals;
  readonly reads: ReadTotals;
  /** The longest time without an acknowledged write on any one shard, from the last success before to the first after. */
  readonly outageMs: number;
  readonly shards: readonly ShardOutcome[];
  readonly latency: Readonly<Record<Phase, Latency | null>>;
  /** In order of time, one a bucket. */
  readonly series: readonly SeriesPoint[];
  /** What went wrong, most frequent first: `ClusterAllFailedError: ...` and how often. */
  readonly errors: readonly { readonly message: string; readonly count: number }[];
  /** Settings that would have helped, a sentence each. */
  readonly advice: readonly string[];
  /** How late the load generator itself was at p99; large values mean that the machine was too busy to measure. */
  readonly schedulingDelayP99Ms: number;
}

export type Phase = 'before' | 'during' | 'after';

/** The slots that one master owned when the drill began. */
export interface ShardOutcome {
  /** The master's name then. */
  readonly master: string;
  readonly outageMs: number;
  /** The first acknowledged write after the fault; null when the shard was never without. */
  readonly firstWriteAtMs: number | null;
  readonly writes: WriteTotals;
  readonly reads: ReadTotals;
}

/** From when a request was due to its answer, errors included. */
export type Latency = DurationSummary;

export interface SeriesPoint {
  /** The start of the bucket. */
  readonly atMs: number;
  readonly bucketMs: number;
  readonly ok: number;
  readonly errors: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

export type ReportEventKind =
  | 'injected'
  | 'killed'
  | 'suspected'
  | 'failed'
  | 'election-delayed'
  | 'election-started'
  | 'vote'
  | 'promoted'
  | 'serving-again'
  | 'agreed'
  | 'first-write'
  | 'all-slots'
  | 'healed'
  | 'rejoined'
  | 'resynced'
  | 'step'
  | 'note';

export interface ReportEvent {
  readonly atMs: number;
  /** A node's name, `client (default)`, or `rcluster`. */
  readonly node: string;
  readonly kind: ReportEventKind;
  readonly event: string;
}

export interface NodeLane {
  readonly node: string;
  readonly spans: readonly {
    readonly fromMs: number;
    readonly toMs: number;
    readonly state: 'master' | 'replica' | 'down' | 'paused' | 'cut-off' | 'loading' | 'slow';
  }[];
}

/** Of one figure over the runs that measured it. */
export interface Spread {
  readonly runs: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly max: number;
}

export interface Summary {
  readonly runs: number;
  readonly failedRuns: number;
  readonly outageMs: Spread | null;
  readonly detectMs: Spread | null;
  readonly electMs: Spread | null;
  readonly recoverMs: Spread | null;
  /** Over all runs. */
  readonly writes: WriteTotals;
  /** Of all requests of all runs, 0 to 1. */
  readonly errorRatio: number;
}

/** One expectation, held against one run; `drill run --runs 3` with two expectations has six. */
export interface ExpectationResult {
  readonly run: number;
  /** As it was written: `outage < 2s`. */
  readonly text: string;
  /** What was measured, with its unit: `1.42 s`; null when it was not measured. */
  readonly measured: string | null;
  readonly verdict: Verdict;
}
