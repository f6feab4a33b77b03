import { encode } from '../../redis/pipe/encode.js';
import type { Exchange, NodePipe } from '../../redis/pipe/node-pipe.js';
import { Batch, type BatchKeeper } from './batch.js';
import type { Buckets } from './buckets.js';
import type { LoadClient } from './client.js';
import type { CommandSet } from './commands.js';
import { isPassing, redirectionIn, type Route } from './route.js';
import type { Tally } from './tally.js';

/** Milliseconds since 1970 with fractions; all threads share it. */
export const clock = () => performance.timeOrigin + performance.now();

/** Requests of a fixed rate are late by as much at most. */
const TICK_MS = 1;
/** After the end, for what is still under way: longer than a failover takes. */
const DRAIN_MS = 5_000;
/** Without an end in time, it ends when nothing has been answered for so long, as by a node that is frozen. */
const SILENCE_MS = 10_000;
/** A command that a node did not carry out is tried again for a second. */
const AGAIN_AFTER_MS = 50;
const MOST_TRIES = 20;
const ASKING = Buffer.from(encode('ASKING'));
/** ASKING has a reply of its own, which says nothing. */
const ASKED: Exchange = {
  size: 1,
  refused: () => undefined,
  missed: () => undefined,
  answered: () => undefined,
  cutOff: () => undefined,
};

export interface RunPlan {
  /** Of this thread. */
  readonly clients: readonly LoadClient[];
  readonly commands: CommandSet;
  readonly buckets: Buckets;
  readonly route: Route;
  readonly pipeline: number;
  /** Ends after so many requests of this thread, or after the time, whichever comes first. */
  readonly ops: number;
  readonly durationMs: number;
  /** Of this thread, in requests a second; undefined: a client sends as soon as it has its answer. */
  readonly rate: number | undefined;
  readonly tally: Tally;
}

/**
 * One run of a thread's load: closed loop, or open loop at a fixed rate, where a request is due whatever the earlier ones take
 * and its latency counts from when it was due, so that a stall does not hide the requests that it delayed.
 */
export class LoadRun implements BatchKeeper {
  readonly startedAt = clock();
  /** When the last answer came, or nothing more was sent although answers were missing. */
  endedAt = this.startedAt;
  #stoppedAt = this.startedAt;
  #sent = 0;
  readonly #underWay = new Set<Batch>();
  /** Room for a batch's commands, of batches that have been answered. */
  readonly #frames: Buffer[] = [];
  /** Clients that have their answer. */
  readonly #freed: LoadClient[] = [];
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #resolve: () => void = () => undefined;
  #turn = 0;

  constructor(private readonly plan: RunPlan) {}

  /** Until everything has been answered, or has been waited for long enough. */
  async finish(): Promise<void> {
    const finished = new Promise<void>((resolve) => (this.#resolve = resolve));
    const { clients, durationMs, rate } = this.plan;
    const end =
      durationMs === Infinity
        ? setInterval(() => this.#stopInSilence(), SILENCE_MS / 10)
        : setTimeout(() => this.stop(), durationMs);
    if (rate === undefined) for (const client of clients) this.#next(client);
    else this.#tick(rate);
    await finished;
    clearTimeout(end);
    clearTimeout(this.#timer);
  }

  /** Sends nothing more. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stoppedAt = clock();
    clearTimeout(this.#timer);
    if (this.#underWay.size === 0) this.#resolve();
    else this.#timer = setTimeout(() => this.#giveUp(), DRAIN_MS);
  }

  #stopInSilence(): void {
    if (this.#underWay.size > 0 && clock() - this.endedAt > SILENCE_MS) this.stop();
  }

  /**
   * What has been answered in one turn of the event loop is followed by what comes next all together: a node then finds
   * several requests at a time, instead of being woken up for each of them.
   */
  #free(client: LoadClient): void {
    if (this.#freed.push(client) > 1) return;
    setImmediate(() => {
      for (const other of this.#freed.splice(0)) this.#next(other);
    });
  }

  #next(client: LoadClient): void {
    const count = this.#wanted();
    if (count === 0) this.stop();
    else this.#send(client, count, clock());
  }

  #tick(rate: number): void {
    if (this.#isOver) return;
    const { clients, tally } = this.plan;
    const now = clock();
    for (;;) {
      const dueAt = this.startedAt + (this.#sent * 1000) / rate;
      if (dueAt > now) break;
      const count = this.#wanted();
      const client = clients[(this.#turn = (this.#turn + 1) % clients.length)];
      if (count === 0 || client === undefined) {
        this.stop();
        return;
      }
      tally.lateness.record(now - dueAt, count);
      this.#send(client, count, dueAt);
    }
    this.#timer = setTimeout(() => this.#tick(rate), TICK_MS);
  }

  #wanted(): number {
    return this.#isOver ? 0 : Math.min(this.plan.pipeline, this.plan.ops - this.#sent);
  }

  #send(client: LoadClient, count: number, since: number): void {
    const { commands, buckets, pipeline } = this.plan;
    const drawn = buckets.next(count);
    if (drawn === undefined) {
      this.stop();
      return;
    }
    const batch = new Batch(client, drawn.node, drawn.commands, drawn.numbers, since, this);
    this.#sent += batch.size;
    this.#underWay.add(batch);
    const pipe = client.pipe(drawn.node);
    if (pipe?.isOpen !== true) {
      batch.scatter();
      for (let position = 0; position < batch.size; position += 1)
        this.#look(new Straggler(batch, position, this));
      return;
    }
    const frame = this.#frames.pop() ?? Buffer.allocUnsafeSlow(pipeline * commands.mostBytes);
    batch.frame = frame;
    let end = 0;
    for (let position = 0; position < batch.size; position += 1)
      end = commands.write(frame, end, drawn.commands[position] ?? 'set', drawn.numbers[position] ?? 0);
    pipe.send(frame.subarray(0, end), batch);
  }

  settled(batch: Batch): void {
    // What was given up before its answer came is counted already.
    if (!this.#underWay.delete(batch)) return;
    if (batch.frame !== undefined) this.#frames.push(batch.frame);
    this.#record(batch, batch.ok, batch.failed);
    if (!this.#isOver && this.plan.rate === undefined) this.#free(batch.client);
    if (this.#isOver && this.#underWay.size === 0) this.#resolve();
  }

  missed(): void {
    this.plan.tally.misses += 1;
  }

  failed(message: string, count: number): void {
    this.plan.tally.errors.count(message, count);
  }

  refused(batch: Batch, position: number, message: string): void {
    this.refusedAgain(new Straggler(batch, position, this), message);
  }

  /** A command that was not carried out: where it goes now, or that it has failed. */
  refusedAgain(straggler: Straggler, message: string): void {
    const { tally, route } = this.plan;
    const redirection = redirectionIn(message);
    straggler.tries += 1;
    if (straggler.tries > MOST_TRIES || (redirection === undefined && !isPassing(message))) {
      this.failed(redirection === undefined ? message : 'too many redirections', 1);
      straggler.batch.found(false);
      return;
    }
    if (redirection === undefined) {
      setTimeout(() => this.#look(straggler), AGAIN_AFTER_MS);
      return;
    }
    const isMoved = redirection.kind === 'MOVED';
    if (isMoved) tally.moved += 1;
    else tally.asked += 1;
    const node = route.nodeAt(redirection.port);
    if (node === undefined) {
      this.failed('redirected to a node that has come since the load began', 1);
      straggler.batch.found(false);
      return;
    }
    if (isMoved) route.moved(redirection.slot, node);
    const pipe = straggler.batch.client.pipe(node);
    // The new owner may be on its way up, or the old one dead and nobody else the owner yet.
    if (isMoved && pipe?.isOpen !== true) setTimeout(() => this.#look(straggler), AGAIN_AFTER_MS);
    else this.#sendStraggler(straggler, pipe, !isMoved);
  }

  /** Sends it to where its slot is now, as far as is known. */
  #look(straggler: Straggler): void {
    const { commands, route } = this.plan;
    const slot = commands.slot(straggler.command, straggler.number);
    this.#sendStraggler(straggler, straggler.batch.client.pipe(route.owner(slot)), false);
  }

  #sendStraggler(straggler: Straggler, pipe: NodePipe | undefined, isAsking: boolean): void {
    const open = pipe?.isOpen === true ? pipe : undefined;
    // A node that is gone says nothing of its successor; any other one does.
    const target = open ?? (straggler.tries > 0 && !isAsking ? straggler.batch.client.anyOpen() : undefined);
    if (target !== undefined) {
      const { commands } = this.plan;
      const frame = Buffer.allocUnsafe(commands.mostBytes);
      const end = commands.write(frame, 0, straggler.command, straggler.number);
      if (isAsking) target.send(ASKING, ASKED);
      target.send(frame.subarray(0, end), straggler);
      return;
    }
    straggler.tries += 1;
    if (straggler.tries <= MOST_TRIES) setTimeout(() => this.#look(straggler), AGAIN_AFTER_MS);
    else {
      this.failed(`a node cannot be reached: ${pipe?.whyNot ?? 'unknown'}`, 1);
      straggler.batch.found(false);
    }
  }

  #giveUp(): void {
    const now = clock();
    for (const batch of this.#underWay) {
      const unanswered = batch.size - batch.ok - batch.failed;
      this.failed(`no answer within ${DRAIN_MS / 1000} s of the end`, unanswered);
      this.plan.tally.record(batch.node, batch.ok, batch.failed + unanswered, now - batch.since);
    }
    this.#underWay.clear();
    // Waiting for what never came after the end is no part of the run, but the silence before it is.
    this.endedAt = Math.max(this.endedAt, this.#stoppedAt);
    this.#resolve();
  }

  #record(batch: Batch, ok: number, failed: number): void {
    this.endedAt = clock();
    this.plan.tally.record(batch.node, ok, failed, this.endedAt - batch.since);
  }
}

/** A single command of a batch on its own way. */
class Straggler implements Exchange {
  readonly size = 1;
  tries = 0;
  #isRefused = false;

  constructor(
    readonly batch: Batch,
    private readonly position: number,
    private readonly run: LoadRun,
  ) {}

  get command() {
    return this.batch.commands[this.position] ?? 'set';
  }

  get number() {
    return this.batch.numbers[this.position] ?? 0;
  }

  refused(_position: number, message: string): void {
    this.#isRefused = true;
    this.run.refusedAgain(this, message);
  }

  missed(): void {
    this.run.missed();
  }

  answered(): void {
    if (!this.#isRefused) this.batch.found(true);
    this.#isRefused = false;
  }

  cutOff(_position: number, why: string): void {
    this.run.failed(why, 1);
    this.batch.found(false);
  }
}
