import { setTimeout as delay } from 'node:timers/promises';
import { RclusterError, interruption } from './errors.js';
import { duration } from './format.js';

/** A point on the monotonic clock by which something must have happened, and the signal that ends the wait early. */
export class Deadline {
  readonly totalMs: number;
  readonly signal: AbortSignal | undefined;
  readonly #end: number;

  private constructor(totalMs: number, end: number, signal: AbortSignal | undefined) {
    this.totalMs = totalMs;
    this.signal = signal;
    this.#end = end;
  }

  /** @param ms milliseconds from now */
  static after(ms: number, signal?: AbortSignal): Deadline {
    return new Deadline(ms, performance.now() + ms, signal);
  }

  /** Milliseconds left, never negative. */
  get remainingMs(): number {
    return Math.max(0, this.#end - performance.now());
  }

  get expired(): boolean {
    return this.remainingMs === 0;
  }

  /** A deadline that ends with this one or after `ms`, whichever comes first. */
  atMost(ms: number): Deadline {
    return ms < this.remainingMs ? Deadline.after(ms, this.signal) : this;
  }

  /** The same point in time, with another signal. */
  watchedBy(signal: AbortSignal): Deadline {
    return new Deadline(this.totalMs, this.#end, signal);
  }

  throwIfAborted(): void {
    if (this.signal?.aborted === true) throw interruption(this.signal);
  }
}

/** Waits `ms` milliseconds, or rejects with INTERRUPTED as soon as the signal fires. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted === true) throw interruption(signal);
    throw error;
  }
}

export interface WaitOptions {
  deadline: Deadline;
  /** What is waited for, as in "timed out after 30 s waiting for WHAT". */
  what: string;
  /** Milliseconds between two looks; default 20. */
  everyMs?: number;
  hint?: string;
}

/**
 * Looks until nothing is missing.
 *
 * @param missing returns what is still missing, one line a node; an empty list ends the wait. What it throws ends the
 *   wait as well: a probe that may fail for a while reports the failure as a line.
 * @throws TIMEOUT with the last answer as its details, INTERRUPTED when the signal fires
 */
export async function waitUntilNothingIsMissing(
  missing: () => Promise<readonly string[]>,
  { deadline, what, everyMs = 20, hint }: WaitOptions,
): Promise<void> {
  for (;;) {
    deadline.throwIfAborted();
    const lines = await missing();
    if (lines.length === 0) return;
    if (deadline.expired) {
      throw new RclusterError(
        'TIMEOUT',
        `timed out after ${duration(deadline.totalMs)} waiting for ${what}`,
        {
          details: lines,
          hint,
        },
      );
    }
    await sleep(Math.min(everyMs, deadline.remainingMs), deadline.signal);
  }
}
