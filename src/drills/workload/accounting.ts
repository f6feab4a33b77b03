import type { ReadTotals, WriteTotals } from '../../reports/model.js';
import { Ranges } from './ranges.js';

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** What became of the requests to one shard. */
export class Tally {
  readonly writes: Mutable<WriteTotals> = {
    attempted: 0,
    acknowledged: 0,
    failed: 0,
    lost: 0,
    unacknowledgedPresent: 0,
    duplicated: 0,
  };
  readonly reads: Mutable<ReadTotals> = { attempted: 0, failed: 0, stale: 0 };
}

/** A key that one client alone writes, one write after the other, and what is known of its writes. */
export interface Ledger {
  /** Whether it was ever written. */
  readonly isTouched: boolean;
  /** The least that a read which is sent now may find. */
  readonly floor: number;
  /** @param floor {@link Ledger.floor} when the read was sent */
  read(value: number, floor: number): void;
  readFailed(): void;
  /** What the key holds in the end; 0 when it is not there. */
  close(held: number): void;
}

abstract class ReadLedger implements Ledger {
  abstract readonly isTouched: boolean;
  protected newest = 0;

  constructor(protected readonly tally: Tally) {}

  get floor(): number {
    return this.newest;
  }

  read(value: number, floor: number): void {
    this.tally.reads.attempted += 1;
    if (value < floor) this.tally.reads.stale += 1;
    this.newest = Math.max(this.newest, value);
  }

  readFailed(): void {
    this.tally.reads.attempted += 1;
    this.tally.reads.failed += 1;
  }

  abstract close(held: number): void;
}

/**
 * A key whose values are the numbers 1, 2, 3 of its writes.
 *
 * Every write tells what it overwrote, so that each value is looked at by the write after it and the last one in the end:
 * a later write to the same key covers no loss up (but for one that is carried out and gets no answer). A look that finds `h` shows that the acknowledged writes with numbers
 * above `h` are lost, each counted once; should a lost one be found after all (it was held by a master that was cut off),
 * it is taken off the count. A look that finds a write that was not acknowledged counts it as present.
 *
 * What is kept are the writes that failed or were lost, as ranges: as many as there were interruptions.
 */
export class Register extends ReadLedger {
  #issued = 0;
  #acknowledged = 0;
  #lastPresent = 0;
  #failed: Ranges | undefined;
  /** Failed, or acknowledged and lost. */
  #gone: Ranges | undefined;

  get isTouched(): boolean {
    return this.#issued > 0;
  }

  /** @returns the number that is to be written */
  begin(): number {
    this.tally.writes.attempted += 1;
    this.#issued += 1;
    return this.#issued;
  }

  /** @param found what it overwrote; 0 when there was nothing */
  acknowledged(number: number, found: number): void {
    this.#overwrote(number, found);
    this.tally.writes.acknowledged += 1;
    this.#acknowledged = number;
    this.newest = Math.max(this.newest, number);
  }

  /** @param found what it overwrote, when it was carried out without counting as acknowledged */
  failed(number: number, found?: number): void {
    if (found !== undefined) this.#overwrote(number, found);
    this.tally.writes.failed += 1;
    (this.#failed ??= new Ranges()).add(number, number);
    (this.#gone ??= new Ranges()).add(number, number);
  }

  close(held: number): void {
    this.#look(held);
  }

  #overwrote(number: number, found: number): void {
    // A write that finds itself was sent again by the client after it had been carried out; what it overwrote at first
    // was not told.
    if (found !== number) this.#look(found);
  }

  #look(held: number): void {
    const { writes } = this.tally;
    const last = this.#acknowledged;
    const missing = last - held - (this.#gone?.countIn(held + 1, last) ?? 0);
    if (missing > 0) {
      writes.lost += missing;
      (this.#gone ??= new Ranges()).add(held + 1, last);
    }
    if (this.#failed?.has(held) === true) {
      if (held !== this.#lastPresent) writes.unacknowledgedPresent += 1;
      this.#lastPresent = held;
    } else if (this.#gone?.has(held) === true) {
      writes.lost -= 1;
      this.#gone.remove(held);
    }
  }
}

/**
 * A key that is incremented. Its value is the number of increments carried out, so what is found beyond the acknowledged
 * ones were failed ones that were carried out all the same, or, beyond those, increments that the client sent again after
 * they had been carried out. What is missing are lost ones. Between two looks these can offset each other: all three
 * counts are the least that explains what was found.
 */
export class Counter extends ReadLedger {
  /** What the last look found. */
  #known = 0;
  /** Acknowledged and not known to be lost. */
  #alive = 0;
  /** Failed since the last look: each may have been carried out. */
  #unsure = 0;
  #isTouched = false;

  get isTouched(): boolean {
    return this.#isTouched;
  }

  begin(): void {
    this.tally.writes.attempted += 1;
    this.#isTouched = true;
  }

  /** @param value what the increment returned */
  acknowledged(value: number): void {
    this.#look(value - 1);
    this.tally.writes.acknowledged += 1;
    this.#known = value;
    this.#alive += 1;
    this.newest = value;
  }

  /** @param value what it returned, when it was carried out without counting as acknowledged */
  failed(value?: number): void {
    this.tally.writes.failed += 1;
    this.#unsure += 1;
    if (value !== undefined) this.#look(value);
  }

  close(held: number): void {
    this.#look(held);
  }

  #look(held: number): void {
    const { writes } = this.tally;
    const surplus = held - this.#known;
    const present = Math.max(0, Math.min(surplus, this.#unsure));
    const lost = Math.max(0, Math.min(-surplus, this.#alive));
    writes.unacknowledgedPresent += present;
    writes.duplicated += Math.max(0, surplus - present);
    writes.lost += lost;
    this.#alive -= lost;
    this.#known = held;
    this.#unsure = 0;
  }
}
