import { Durations } from '../../base/durations.js';
import type { Latency, Phase, SeriesPoint } from '../../reports/model.js';

export const BUCKET_MS = 100;
const RECENT_BUCKETS = 10;
const BUCKET_DIGITS = 2;

/** What came back within one tenth of a second. */
class Bucket {
  readonly durations = new Durations(BUCKET_DIGITS);
  ok = 0;
  errors = 0;

  clear(): void {
    this.durations.clear();
    this.ok = 0;
    this.errors = 0;
  }
}

export interface Recent {
  readonly ok: number;
  readonly errors: number;
  readonly p99Ms: number | null;
}

/** Latencies by phase, in tenths of a second, and over the last second. A request belongs to the tenth of its answer. */
export class Latencies {
  readonly #phases: Record<Phase, Durations> = {
    before: new Durations(),
    during: new Durations(),
    after: new Durations(),
  };
  /** The current one and those of the last second, used again and again. */
  readonly #buckets = Array.from({ length: RECENT_BUCKETS + 1 }, () => new Bucket());
  readonly #series: SeriesPoint[] = [];
  #recent: Recent = { ok: 0, errors: 0, p99Ms: null };
  #recentAt = 0;

  /** @param startedAt milliseconds since 1970, where the first tenth begins */
  constructor(private readonly startedAt: number) {}

  record(phase: Phase, latencyMs: number, hasFailed: boolean, at: number): void {
    this.#phases[phase].record(latencyMs);
    this.advance(at);
    const bucket = this.#current;
    bucket.durations.record(latencyMs);
    if (hasFailed) bucket.errors += 1;
    else bucket.ok += 1;
  }

  /** What got no answer has a latency so far, and no moment at which it came back. */
  recordUnanswered(phase: Phase, latencyMs: number): void {
    this.#phases[phase].record(latencyMs);
  }

  /** Closes the tenths that have ended by now, those without any answer too. */
  advance(at: number): void {
    while (at >= this.startedAt + (this.#series.length + 1) * BUCKET_MS) {
      this.#series.push(this.#pointOf(this.#current));
      this.#current.clear();
    }
  }

  /** Of the last full second; it changes once a tenth. */
  recent(): Recent {
    if (this.#recentAt !== this.#series.length) {
      this.#recent = this.#sumUp();
      this.#recentAt = this.#series.length;
    }
    return this.#recent;
  }

  #sumUp(): Recent {
    const all = new Durations(BUCKET_DIGITS);
    let [ok, errors] = [0, 0];
    for (const bucket of this.#buckets) {
      if (bucket === this.#current) continue;
      all.add(bucket.durations);
      ok += bucket.ok;
      errors += bucket.errors;
    }
    return { ok, errors, p99Ms: all.percentile(99) };
  }

  phases(): Record<Phase, Latency | null> {
    const { before, during, after } = this.#phases;
    return { before: before.summary(), during: during.summary(), after: after.summary() };
  }

  /** `atMs` is in milliseconds since 1970. */
  series(): readonly SeriesPoint[] {
    const isBegun = this.#current.ok + this.#current.errors > 0;
    return isBegun ? [...this.#series, this.#pointOf(this.#current)] : this.#series;
  }

  get #current(): Bucket {
    const bucket = this.#buckets[this.#series.length % this.#buckets.length];
    if (bucket === undefined) throw new RangeError('no buckets');
    return bucket;
  }

  #pointOf({ ok, errors, durations }: Bucket): SeriesPoint {
    const atMs = this.startedAt + this.#series.length * BUCKET_MS;
    const [p50, p99] = [durations.percentile(50), durations.percentile(99)];
    return { atMs, bucketMs: BUCKET_MS, ok, errors, p50, p99 };
  }
}
