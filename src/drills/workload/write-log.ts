/** With {@link SPACING_MS} between entries, at least a minute. */
const CAPACITY = 16_384;
/** A shard that takes writes all the time needs no finer record. */
const SPACING_MS = 4;

/**
 * Remembers when writes were sent and acknowledged, to say in hindsight which was the first after a moment. The latest of
 * them are kept, and of those that follow each other at once the first, so that what comes after a gap is exact.
 */
export class WriteLog {
  readonly #sentAt = new Float64Array(CAPACITY);
  readonly #at = new Float64Array(CAPACITY);
  #count = 0;

  record(sentAt: number, at: number): void {
    if (this.#count > 0) {
      const last = (this.#count - 1) % CAPACITY;
      const isClose = (now: number, before = 0) => now - before < SPACING_MS;
      if (isClose(at, this.#at[last]) && isClose(sentAt, this.#sentAt[last])) return;
    }
    this.#sentAt[this.#count % CAPACITY] = sentAt;
    this.#at[this.#count % CAPACITY] = at;
    this.#count += 1;
  }

  /** When the first of the writes that were sent after `since` was acknowledged. */
  firstAfter(since: number): number | undefined {
    for (let entry = Math.max(0, this.#count - CAPACITY); entry < this.#count; entry += 1) {
      if ((this.#sentAt[entry % CAPACITY] ?? 0) >= since) return this.#at[entry % CAPACITY];
    }
    return undefined;
  }
}
