import { slotTags, type Slot } from '../cluster/slots.js';
import { Deadline, sleep } from '../base/deadline.js';
import { RclusterError, interruption, messageOf } from '../base/errors.js';
import type { NodeAddress } from '../redis/connection.js';
import { SlotWriter } from '../redis/slot-writer.js';

const WRITE_EVERY_MS = 2;
const SWEEP_WIDTH = 256;
const READ_BACK_MS = 10_000;
const TRY_AGAIN_MS = 20;

export interface WriteCounts {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly failed: number;
  /** Acknowledged, and not there in the end. */
  readonly lost: number;
}

/**
 * Writes to the given slots in turn, a key of its own for each write, as a client on this host would, and remembers
 * which writes were acknowledged.
 */
export class WriteProbe {
  readonly #writer: SlotWriter;
  readonly #slots: readonly Slot[];
  readonly #tags = slotTags();
  readonly #acknowledged: string[] = [];
  /** Not acknowledged, and possibly there all the same. */
  readonly #unsure: string[] = [];
  readonly #stop = new AbortController();
  #attempted = 0;
  #running: Promise<void> | undefined;
  #lastSuccess: { sentAt: number; at: number } | undefined;
  #longestGapMs = 0;

  /** @param runId makes this probe's keys its own */
  constructor(
    endpoints: readonly NodeAddress[],
    slots: readonly Slot[],
    private readonly runId: string,
  ) {
    this.#writer = new SlotWriter(endpoints);
    this.#slots = slots;
  }

  /** Starts writing; resolves after the first acknowledged write. */
  async start(deadline: Deadline): Promise<void> {
    const key = this.#keyOf(this.#slots[0] ?? 0, 'ready');
    await untilAnswered(() => this.#writer.ready(key), deadline);
    this.#running = this.#loop();
    await this.firstSuccessAfter(performance.now(), deadline);
  }

  /** The moment (performance.now) at which a write that was sent after `since` was acknowledged. */
  async firstSuccessAfter(since: number, deadline: Deadline): Promise<number> {
    for (;;) {
      if (this.#lastSuccess !== undefined && this.#lastSuccess.sentAt >= since) return this.#lastSuccess.at;
      if (deadline.signal?.aborted === true) throw interruption(deadline.signal);
      if (deadline.expired) {
        throw new RclusterError('TIMEOUT', `no write succeeded within ${deadline.totalMs / 1000} s`, {
          details: [`${this.#attempted} attempted, ${this.#unsure.length} failed`],
        });
      }
      await sleep(1, deadline.signal);
    }
  }

  /** The longest time between two acknowledged writes, in milliseconds. */
  get longestGapMs(): number {
    return this.#longestGapMs;
  }

  /** Writes to every slot once. @throws TIMEOUT with how many slots refuse */
  async sweep(deadline: Deadline): Promise<void> {
    let open = [...this.#slots];
    while (open.length > 0) {
      if (deadline.expired) throw new RclusterError('TIMEOUT', `writes to ${open.length} slots still fail`);
      const refused: Slot[] = [];
      for (let at = 0; at < open.length; at += SWEEP_WIDTH) {
        const chunk = open.slice(at, at + SWEEP_WIDTH);
        const outcomes = await Promise.all(chunk.map((slot) => this.#attempt(slot)));
        refused.push(...chunk.filter((_, index) => outcomes[index] === false));
      }
      open = refused;
    }
  }

  /** Stops writing, reads back every acknowledged write, and removes them all. */
  async finish(): Promise<WriteCounts> {
    await this.#halt();
    let lost = 0;
    for (let at = 0; at < this.#acknowledged.length; at += SWEEP_WIDTH) {
      const keys = this.#acknowledged.slice(at, at + SWEEP_WIDTH);
      const deadline = Deadline.after(READ_BACK_MS);
      const holds = (key: string) => untilAnswered(() => this.#writer.holds(key, this.runId), deadline);
      const held = await Promise.all(keys.map(holds));
      lost += held.filter((isHeld) => !isHeld).length;
      await this.#remove(keys);
    }
    await this.#remove(this.#unsure);
    this.#writer.close();
    return {
      attempted: this.#attempted,
      acknowledged: this.#acknowledged.length,
      failed: this.#unsure.length,
      lost,
    };
  }

  /** Stops without looking: for when the probe itself is cut short. */
  async abandon(): Promise<void> {
    await this.#halt();
    this.#writer.close();
  }

  /** A key that cannot be removed expires by itself. */
  async #remove(keys: readonly string[]): Promise<void> {
    await Promise.allSettled(keys.map((key) => this.#writer.remove(key)));
  }

  async #halt(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    // Its own beat, whether or not earlier writes have answered: a stall must not slow the probe down.
    const pending = new Set<Promise<unknown>>();
    const { signal } = this.#stop;
    for (let turn = 0; !signal.aborted; turn += 1) {
      const slot = this.#slots[(turn * 7919) % this.#slots.length] ?? 0;
      const attempt = this.#attempt(slot).finally(() => pending.delete(attempt));
      pending.add(attempt);
      await sleep(WRITE_EVERY_MS, signal).catch(() => undefined);
    }
    await Promise.allSettled(pending);
  }

  async #attempt(slot: Slot): Promise<boolean> {
    this.#attempted += 1;
    const key = this.#keyOf(slot, String(this.#attempted));
    const sentAt = performance.now();
    try {
      await this.#writer.write(key, this.runId);
      this.#acknowledged.push(key);
      const at = performance.now();
      this.#longestGapMs = Math.max(this.#longestGapMs, at - (this.#lastSuccess?.at ?? at));
      this.#lastSuccess = { sentAt, at };
      return true;
    } catch {
      this.#unsure.push(key);
      return false;
    }
  }

  #keyOf(slot: Slot, number: string): string {
    return `rcluster:probe:{${this.#tags[slot] ?? ''}}:${this.runId}:${number}`;
  }
}

/** The writer's commands fail soon, as writes shall that tell of their own moment. What only has to be known is asked again. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>, deadline: Deadline): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      deadline.throwIfAborted();
      if (deadline.expired)
        throw new RclusterError(
          'TIMEOUT',
          `the cluster did not answer a client within ${deadline.totalMs / 1000} s`,
          { details: [messageOf(error)], cause: error },
        );
    }
    await sleep(TRY_AGAIN_MS, deadline.signal);
  }
}
