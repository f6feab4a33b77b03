import type { NodeAddress } from '../../redis/connection.js';
import type { LoadSettings, Phase, ProfileOutcome } from '../../reports/model.js';

/** A shard as the drill begins: the slots that one master owns. */
export interface Shard {
  /** The master's name. */
  readonly master: string;
  readonly slots: readonly (readonly [number, number])[];
}

export interface WorkloadOptions extends LoadSettings {
  readonly endpoints: readonly NodeAddress[];
  readonly shards: readonly Shard[];
  /** The client profiles that run side by side: `default`, `tuned`. */
  readonly profiles: readonly string[];
  readonly seed: number;
}

/** What a client sees right now. */
export interface Glimpse {
  /** Requests that were answered in the last second, and those that failed. */
  readonly opsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly p99Ms: number | null;
  /** By master: whether its shard has acknowledged a write within the last 100 ms, in every profile. */
  readonly writable: ReadonlyMap<string, boolean>;
}

/**
 * Load from worker threads, open loop. Moments are milliseconds since 1970 with fractions (`performance.timeOrigin +
 * performance.now()`), which all threads share.
 */
export interface Workload {
  readonly glimpse: Glimpse;
  /** From now on requests count for this phase. */
  enter(phase: Phase): void;
  /** The moment of the first write to the shard that was sent after `since` and acknowledged. @throws TIMEOUT, INTERRUPTED */
  firstWrite(master: string, profile: string, since: number, signal: AbortSignal): Promise<number>;
  /**
   * Stops, reads every key back, and removes them.
   *
   * @param injectedAt the moment that counts as 0 in what is returned
   */
  finish(injectedAt: number): Promise<readonly ProfileOutcome[]>;
  /** Stops without looking. */
  abandon(): Promise<void>;
}
