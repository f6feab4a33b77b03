import { Durations } from '../../base/durations.js';
import { ErrorTally, type ErrorCount } from '../../base/error-tally.js';

/** What one node did. Plain data: it comes from a thread. */
export interface ShardSeen {
  readonly ok: number;
  readonly failed: number;
  /** Durations, encoded; nothing when there was no request. */
  readonly latency: string | null;
}

/** What one thread has seen. Plain data. */
export interface Seen {
  /** By the node's place. */
  readonly shards: readonly ShardSeen[];
  readonly errors: readonly ErrorCount[];
  readonly moved: number;
  readonly asked: number;
  /** Reads of keys that are not there. */
  readonly misses: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Moments on the clock that all threads share. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** How late requests of a fixed rate were sent; nothing in a closed loop. */
  readonly lateness: string | null;
  /** The share of the time that the thread was at work. */
  readonly utilisation: number;
}

export interface Recent {
  readonly ok: number;
  readonly failed: number;
  readonly p99Ms: number | null;
}

class Shard {
  readonly latency = new Durations();
  ok = 0;
  failed = 0;
}

/** Counts what becomes of the requests of one run. */
export class Tally {
  readonly errors = new ErrorTally();
  readonly lateness = new Durations();
  readonly #shards = new Map<number, Shard>();
  readonly #recent = new Durations(2);
  #recentOk = 0;
  #recentFailed = 0;
  moved = 0;
  asked = 0;
  misses = 0;

  /** Requests that were sent to a node together. The latency counts for those that failed as well. */
  record(node: number, ok: number, failed: number, latencyMs: number): void {
    const shard = this.#shardOf(node);
    shard.ok += ok;
    shard.failed += failed;
    shard.latency.record(latencyMs, ok + failed);
    this.#recent.record(latencyMs, ok + failed);
    this.#recentOk += ok;
    this.#recentFailed += failed;
  }

  /** Since the last time that somebody asked. */
  takeRecent(): Recent {
    const recent = { ok: this.#recentOk, failed: this.#recentFailed, p99Ms: this.#recent.percentile(99) };
    this.#recent.clear();
    [this.#recentOk, this.#recentFailed] = [0, 0];
    return recent;
  }

  /** @param nodes how many there are */
  seen(
    nodes: number,
    rest: Pick<Seen, 'sentBytes' | 'receivedBytes' | 'startedAt' | 'endedAt' | 'utilisation'>,
  ): Seen {
    return {
      ...rest,
      shards: Array.from({ length: nodes }, (_, node) => {
        const shard = this.#shards.get(node);
        if (shard === undefined) return { ok: 0, failed: 0, latency: null };
        return { ok: shard.ok, failed: shard.failed, latency: encoded(shard.latency) };
      }),
      errors: this.errors.list(),
      moved: this.moved,
      asked: this.asked,
      misses: this.misses,
      lateness: encoded(this.lateness),
    };
  }

  #shardOf(node: number): Shard {
    const known = this.#shards.get(node);
    if (known !== undefined) return known;
    const shard = new Shard();
    this.#shards.set(node, shard);
    return shard;
  }
}

function encoded(durations: Durations): string | null {
  return durations.count === 0 ? null : durations.encoded();
}
