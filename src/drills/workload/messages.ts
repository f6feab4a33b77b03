import type { ErrorCount } from '../../base/error-tally.js';
import type { NodeAddress } from '../../redis/connection.js';
import type {
  Latency,
  LoadSettings,
  Phase,
  ReadTotals,
  SeriesPoint,
  WriteTotals,
} from '../../reports/model.js';
import type { Outage } from './outages.js';
import type { Shard } from './workload.js';

/** What the clients of one profile are to do; goes to the thread as it starts. */
export interface Assignment extends LoadSettings {
  readonly endpoints: readonly NodeAddress[];
  readonly shards: readonly Shard[];
  /** Which of `profiles` it is. */
  readonly profile: string;
  readonly profiles: readonly string[];
  readonly seed: number;
  /** What the names of its keys begin with. */
  readonly prefix: string;
}

export type Order =
  | { readonly type: 'start'; readonly at: number }
  | { readonly type: 'enter'; readonly phase: Phase }
  | { readonly type: 'first-write'; readonly id: number; readonly shard: number; readonly since: number }
  | { readonly type: 'finish'; readonly injectedAt: number }
  | { readonly type: 'abandon' };

export type Word =
  /** Every client has reached every shard. */
  | { readonly type: 'ready' }
  | ({ readonly type: 'beat' } & Beat)
  | { readonly type: 'first-write'; readonly id: number; readonly at: number }
  | { readonly type: 'finished'; readonly seen: Seen }
  /** Keys that could not be read back. */
  | { readonly type: 'unread'; readonly keys: readonly string[] }
  | { readonly type: 'abandoned' };

export interface Beat {
  /** Over the last full second. */
  readonly ok: number;
  readonly errors: number;
  readonly p99Ms: number | null;
  /** By shard. */
  readonly writable: readonly boolean[];
}

/** What the clients of one profile have seen; moments are in milliseconds since 1970. */
export interface Seen {
  readonly shards: readonly {
    readonly writes: WriteTotals;
    readonly reads: ReadTotals;
    /** The longest one. */
    readonly outage: Outage | null;
  }[];
  readonly latency: Readonly<Record<Phase, Latency | null>>;
  readonly series: readonly SeriesPoint[];
  readonly errors: readonly ErrorCount[];
  readonly schedulingDelayP99Ms: number;
}
