import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** Histograms count whole numbers: they are told microseconds. */
const UNITS_PER_MS = 1000;
/** Ten minutes; what takes longer is recorded as that. */
const MOST_UNITS = 600_000 * UNITS_PER_MS;
const BUCKET_BITS = 32;

/** In milliseconds; percentiles, and the largest. */
export interface DurationSummary {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** How long something took, in milliseconds, in bounded memory. */
export class Durations {
  readonly #histogram: Histogram;
  /** The largest value, exactly. */
  #most = 0;

  /** @param digits to which values are told apart */
  constructor(digits: 2 | 3 = 3) {
    this.#histogram = build({
      bitBucketSize: BUCKET_BITS,
      lowestDiscernibleValue: 1,
      highestTrackableValue: MOST_UNITS,
      numberOfSignificantValueDigits: digits,
      useWebAssembly: false,
    });
  }

  /** What {@link encoded} gave, in another thread perhaps. */
  static decoded(text: string): Durations {
    const [most = '', histogram = ''] = text.split(' ');
    const durations = new Durations();
    durations.#histogram.add(decodeFromCompressedBase64(histogram, BUCKET_BITS, false));
    durations.#most = Number(most);
    return durations;
  }

  /** HdrHistogram's own format (V2, compressed, base64), and before it the largest value, which that format rounds up. */
  encoded(): string {
    return `${this.#most} ${encodeIntoCompressedBase64(this.#histogram)}`;
  }

  record(ms: number, times = 1): void {
    const units = Math.min(MOST_UNITS, Math.max(0, Math.round(ms * UNITS_PER_MS)));
    this.#histogram.recordValueWithCount(units, times);
    if (units > this.#most) this.#most = units;
  }

  add(other: Durations): void {
    this.#histogram.add(other.#histogram);
    this.#most = Math.max(this.#most, other.#most);
  }

  clear(): void {
    this.#histogram.reset();
    this.#most = 0;
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** @returns null when nothing was recorded */
  percentile(percent: number): number | null {
    if (this.count === 0) return null;
    // A histogram answers with the end of the interval that the value lies in, which may be above the largest value.
    const units = Math.min(this.#histogram.getValueAtPercentile(percent), this.#most);
    return units / UNITS_PER_MS;
  }

  summary(): DurationSummary | null {
    if (this.count === 0) return null;
    const at = (percent: number) => this.percentile(percent) ?? 0;
    return { count: this.count, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: at(100) };
  }
}
