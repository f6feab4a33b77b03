import type { Mix } from '../../config/bench-schema.js';
import type { BenchLoad } from '../../reports/bench/model.js';
import type { LoadNode } from './route.js';
import type { Recent, Seen } from './tally.js';

/** What a thread is to do; goes to it as it starts. */
export interface Assignment {
  /** Which of how many threads it is; counts from 0. */
  readonly thread: number;
  readonly threads: number;
  readonly nodes: readonly LoadNode[];
  /** Of this thread. */
  readonly clients: number;
  readonly mix: Mix;
  readonly keyspace: number;
  readonly hashTags: boolean;
  readonly valueBytes: readonly [number, number];
  readonly distribution: BenchLoad['distribution'];
  readonly seed: number;
}

/** One run, of this thread's part. */
export interface RunOrder {
  readonly type: 'run';
  /** `fill`: every key once, by SET. `load`: the mix. */
  readonly work: 'fill' | 'load';
  readonly pipeline: number;
  readonly ops: number | null;
  readonly durationMs: number | null;
  readonly rate: number | null;
}

export type Order = RunOrder | { readonly type: 'stop' };

export type Word =
  | { readonly type: 'ready' }
  /** @see LoadClient.connected */
  | { readonly type: 'unreachable'; readonly nodes: readonly string[] }
  | ({ readonly type: 'beat' } & Recent)
  | { readonly type: 'finished'; readonly seen: Seen };
