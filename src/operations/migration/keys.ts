import { RclusterError } from '../../base/errors.js';
import type { Emit } from '../../base/events.js';
import { bytes as bytesText, duration } from '../../base/format.js';
import { adapt, bytesWithin, FIRST_LIMITS, predictMs } from '../../cluster/pacing.js';
import type { Slot } from '../../cluster/slots.js';
import { migrate, moveKeys, type HugeKey } from '../../redis/commands/index.js';
import type { Member } from '../members.js';
import type { Patience } from './patience.js';
import type { MigrationProgress } from './progress.js';
import { waitUntilServing } from './serving.js';

const MIGRATE_TIMEOUT_MS = 10_000;
const DOWNTIMES_AT_MOST = 10;

export interface KeyMoverOptions {
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
  /** The longest that one turn may take, in milliseconds. */
  readonly maxPauseMs: number;
  readonly progress: MigrationProgress;
  readonly patience: Patience;
}

/** Moves the keys of slots from one node to another, and learns from each turn how much the next one may carry. */
export class KeyMover {
  readonly #source: Member;
  readonly #options: KeyMoverOptions;
  #limits = FIRST_LIMITS;

  constructor(source: Member, options: KeyMoverOptions) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * Until the source holds no key of these slots.
   *
   * @throws REDIS_ERROR, and INTERRUPTED between two turns
   */
  async move(slots: readonly Slot[], target: Member): Promise<void> {
    const { signal, maxPauseMs, progress } = this.#options;
    let downtimes = 0;
    for (let done = 0; done < slots.length;) {
      if (signal?.aborted === true) throw new RclusterError('INTERRUPTED', 'interrupted between two keys');
      const startedAt = performance.now();
      const moved = await this.#source.connection.run(
        moveKeys(target.peer, slots.slice(done), {
          limits: this.#limits,
          hugeBytes: bytesWithin(maxPauseMs),
          timeoutMs: MIGRATE_TIMEOUT_MS,
        }),
      );
      const ms = performance.now() - startedAt;
      done += moved.slotsDone;
      if (moved.keys > 0) {
        progress.keysDone(moved.keys, moved.bytes, ms);
        this.#limits = adapt(this.#limits, moved, { ms, maxMs: maxPauseMs });
      }
      if (moved.huge !== undefined) await this.#moveHuge(moved.huge, target);
      if (moved.error === undefined) continue;
      // A failover elsewhere stops all nodes for a moment. What was not moved is still there.
      downtimes += 1;
      if (!isDowntime(moved.error) || downtimes > DOWNTIMES_AT_MOST) {
        throw new RclusterError('REDIS_ERROR', `${this.#source.name}: MIGRATE: ${moved.error}`);
      }
      await Promise.all([waitUntilServing(this.#source), waitUntilServing(target)]);
    }
  }

  /** A key that alone takes longer than any pause may: it moves in one piece or not at all, so at least it is said. */
  async #moveHuge({ key, bytes }: HugeKey, target: Member): Promise<void> {
    const { emit, patience, progress } = this.#options;
    const predictedMs = predictMs(bytes);
    await patience.bear(predictedMs);
    emit({
      type: 'notice',
      text: `key ${JSON.stringify(key.toString())} takes ${bytesText(bytes)}: moving it keeps ${this.#source.name} busy for up to ${duration(predictedMs)}`,
    });
    const startedAt = performance.now();
    // It may take longer than MIGRATE's own patience.
    const timeoutMs = MIGRATE_TIMEOUT_MS + Math.ceil(predictedMs);
    const outcome = await this.#source.connection.run(migrate(target.peer, [key], timeoutMs));
    if (outcome === 'OK') progress.keysDone(1, bytes, performance.now() - startedAt);
  }
}

/** What a node says, by itself and from within a script, while too many masters are missing. */
function isDowntime(error: string): boolean {
  return error.includes('CLUSTERDOWN') || error.includes('the cluster is down');
}
