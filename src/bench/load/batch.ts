import type { BenchCommand } from '../../config/bench-schema.js';
import type { Exchange } from '../../redis/pipe/node-pipe.js';
import type { LoadClient } from './client.js';

/** What a batch asks of its run when an answer is none. */
export interface BatchKeeper {
  refused(batch: Batch, position: number, message: string): void;
  missed(): void;
  failed(message: string, count: number): void;
  /** Every command has been carried out or has failed. */
  settled(batch: Batch): void;
}

/** Commands that one client sent to one node together: a pipeline, or a single one. */
export class Batch implements Exchange {
  ok = 0;
  failed = 0;
  /** In which its commands were encoded; free again when all of them are answered or cut off. */
  frame: Buffer | undefined;
  /** Commands that are looked after one by one, since the node did not carry them out. */
  #astray = 0;

  constructor(
    readonly client: LoadClient,
    readonly node: number,
    readonly commands: readonly BenchCommand[],
    readonly numbers: readonly number[],
    /** When it was due, or in a closed loop sent. */
    readonly since: number,
    private readonly keeper: BatchKeeper,
  ) {}

  get size(): number {
    return this.commands.length;
  }

  refused(position: number, message: string): void {
    this.#astray += 1;
    this.keeper.refused(this, position, message);
  }

  missed(): void {
    this.keeper.missed();
  }

  answered(): void {
    this.ok += this.size - this.#astray;
    this.#settle();
  }

  cutOff(position: number, why: string): void {
    const rest = this.size - position;
    this.ok += position - this.#astray;
    this.failed += rest;
    this.keeper.failed(why, rest);
    this.#settle();
  }

  /** None of it can be sent as one; each command is looked after by itself. */
  scatter(): void {
    this.#astray = this.size;
  }

  /** One that was astray has been carried out, or has failed. */
  found(isOk: boolean): void {
    if (isOk) this.ok += 1;
    else this.failed += 1;
    this.#settle();
  }

  #settle(): void {
    if (this.ok + this.failed === this.size) this.keeper.settled(this);
  }
}
