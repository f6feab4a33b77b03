import type { Emit } from '../../base/events.js';
import { plural } from '../../base/format.js';

/** How slots change hands: key by key, or by the server's own atomic migration. */
export type MigrationStrategy = 'keys' | 'atomic';

export interface MigrationResult {
  readonly strategy: MigrationStrategy;
  readonly slotsMoved: number;
  readonly keysMoved: number;
  /** As MEMORY USAGE counts them. */
  readonly bytesMoved: number;
  readonly migrateMs: number;
  /** The longest that a node was kept from serving clients by one write of ours, in milliseconds. */
  readonly longestPauseMs: number;
}

export const nothingMoved: MigrationResult = {
  strategy: 'keys',
  slotsMoved: 0,
  keysMoved: 0,
  bytesMoved: 0,
  migrateMs: 0,
  longestPauseMs: 0,
};

/** What was moved so far, and who is told. */
export class MigrationProgress {
  slots = 0;
  keys = 0;
  bytes = 0;
  longestPauseMs = 0;
  readonly #emit: Emit;
  readonly #total: number;
  readonly #startedAt = performance.now();

  constructor(emit: Emit, total: number) {
    this.#emit = emit;
    this.#total = total;
    if (total > 0) this.#tell();
  }

  slotsDone(count: number): void {
    this.slots += count;
    this.#tell();
  }

  keysDone(keys: number, bytes: number, pauseMs: number): void {
    this.keys += keys;
    this.bytes += bytes;
    this.longestPauseMs = Math.max(this.longestPauseMs, pauseMs);
    this.#tell();
  }

  result(strategy: MigrationStrategy): MigrationResult {
    return {
      strategy,
      slotsMoved: this.slots,
      keysMoved: this.keys,
      bytesMoved: this.bytes,
      migrateMs: performance.now() - this.#startedAt,
      longestPauseMs: this.longestPauseMs,
    };
  }

  #tell(): void {
    this.#emit({
      type: 'progress',
      text: `moving ${plural(this.#total, 'slot')}`,
      done: this.slots,
      total: this.#total,
      unit: 'slots',
      keys: this.keys,
      bytes: this.bytes,
      elapsedMs: performance.now() - this.#startedAt,
    });
  }
}

/** Two migrations, one after the other, as one. */
export function together(first: MigrationResult, second: MigrationResult): MigrationResult {
  return {
    strategy: second.slotsMoved > 0 ? second.strategy : first.strategy,
    slotsMoved: first.slotsMoved + second.slotsMoved,
    keysMoved: first.keysMoved + second.keysMoved,
    bytesMoved: first.bytesMoved + second.bytesMoved,
    migrateMs: first.migrateMs + second.migrateMs,
    longestPauseMs: Math.max(first.longestPauseMs, second.longestPauseMs),
  };
}
