/** Milliseconds since 1970; `to` is null while it lasts. */
export interface Outage {
  readonly from: number;
  readonly to: number | null;
  readonly lengthMs: number;
}

/** What a fork for a snapshot, a slow command or a busy host takes; any failover takes longer. */
const LEAST_GAP_MS = 100;
const LEAST_BEATS = 10;

/**
 * How long a shard may go without an acknowledged write, and without a failed one, before that is called an outage.
 * Where writes are rare, ten of them must be missing: one or two that are late are no outage.
 *
 * @param beatMs the time between two writes that are due
 */
export function outageFloorMs(beatMs: number): number {
  return Math.max(LEAST_GAP_MS, LEAST_BEATS * beatMs);
}

/**
 * Finds the times without an acknowledged write, from the last before to the first after. A gap counts as an outage when
 * a write that was sent in it failed, or when it is longer than the floor and the longest time in it for which this process
 * got no turn. One such stall alone makes no outage, since the answers were waiting; over several, without an answer in any
 * of the turns between them, the server kept silent.
 */
export class OutageWatch {
  /** Each longer than all that came after it, so that the longest after any moment is the first that ends after it. */
  #outages: Outage[] = [];
  #lastSuccess: number;
  #hasFailed = false;
  /** When this process last had its turn, and the longest that it went without since the last success. */
  #lastTurn: number;
  #longestStallMs = 0;

  /** @param startedAt counts as a success */
  constructor(
    private readonly floorMs: number,
    startedAt: number,
  ) {
    this.#lastSuccess = startedAt;
    this.#lastTurn = startedAt;
  }

  /** This process is running, and looks at what has come in. */
  turn(at: number): void {
    const stallMs = at - Math.max(this.#lastTurn, this.#lastSuccess);
    this.#longestStallMs = Math.max(this.#longestStallMs, stallMs);
    this.#lastTurn = at;
  }

  acknowledged(at: number): void {
    this.turn(at);
    this.#close(at, at);
    this.#lastSuccess = at;
    this.#hasFailed = false;
    this.#longestStallMs = 0;
  }

  /** A failure of a write from before the last success belongs to a gap that is over. */
  failed(sentAt: number): void {
    if (sentAt >= this.#lastSuccess) this.#hasFailed = true;
  }

  /** @param at when the last write was sent */
  end(at: number): void {
    this.#close(at, null);
  }

  get lastSuccess(): number {
    return this.#lastSuccess;
  }

  /** The longest that ended after the moment, or has not ended. */
  longestAfter(moment: number): Outage | undefined {
    return this.#outages.find(({ to }) => to === null || to > moment);
  }

  #close(at: number, to: number | null): void {
    const lengthMs = at - this.#lastSuccess;
    if (lengthMs <= 0) return;
    if (!this.#hasFailed && lengthMs - this.#longestStallMs < this.floorMs) return;
    while ((this.#outages.at(-1)?.lengthMs ?? Infinity) <= lengthMs) this.#outages.pop();
    this.#outages.push({ from: this.#lastSuccess, to, lengthMs });
  }
}
