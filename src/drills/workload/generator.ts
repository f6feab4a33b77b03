import { Durations } from '../../base/durations.js';
import { ErrorTally } from '../../base/error-tally.js';
import type { Phase } from '../../reports/model.js';
import { Counter, Register, Tally, type Ledger } from './accounting.js';
import type { LoadKey } from './keyspace.js';
import { Latencies } from './latencies.js';
import { OutageWatch } from './outages.js';
import { Ring } from './ring.js';
import type { Stream } from './schedule.js';
import { HEADER_BYTES, numberIn, valueOf } from './values.js';

/** The finest that Node's timers do. */
const TICK_MS = 1;
/** What may be sent to one shard in one tick when a backlog is worked off, so that answers get their turn. */
const MOST_PER_TICK = 64;
/** What could not be sent since each key of the shard had a request in flight, and what was sent into silence. */
export const NEVER_SENT = 'never sent: every key of the shard waited for an answer already';
export const NO_ANSWER = 'no answer until the end of the workload';
export const TOO_FEW_REPLICAS = 'WAIT: too few replicas had the write in time';

/** The commands that the load consists of. */
export interface LoadConnection {
  /** @returns what was overwritten, and how many replicas have the write */
  write(key: string, value: string, ttlSeconds: number): Promise<{ found: string | null; replicas: number }>;
  /** @returns the counter's value thereafter */
  increment(key: string): Promise<{ found: number; replicas: number }>;
  renew(key: string, ttlSeconds: number): Promise<void>;
  read(key: string, bytes: number): Promise<string>;
}

export interface GeneratorOptions {
  readonly streams: readonly Stream[];
  /** By shard. */
  readonly keys: readonly (readonly LoadKey[])[];
  readonly clients: readonly LoadConnection[];
  readonly valueBytes: number;
  readonly waitReplicas: number;
  readonly lifetimeSeconds: number;
  readonly outageFloorMs: number;
  /** Milliseconds since 1970, by a clock that never goes back. */
  readonly clock: () => number;
  /** When the first second of the load begins. */
  readonly startedAt: number;
  readonly onWrite: (shard: number, sentAt: number, at: number) => void;
}

/** A key with its books. */
export type Entry = { readonly name: string } & (
  | { readonly kind: 'register'; readonly ledger: Register }
  | { readonly kind: 'counter'; readonly ledger: Counter; renewAt: number }
);

interface Shard {
  readonly tally: Tally;
  readonly watch: OutageWatch;
  readonly entries: readonly Entry[];
  /** Whose turn it is; a key with a request of that kind in flight is not among them. */
  readonly writers: Ring<Entry>;
  readonly readers: Ring<Entry>;
}

interface StreamState {
  readonly stream: Stream;
  readonly shard: Shard;
  sent: number;
  /** Keys were lacking, so that what is late is not this process' fault. */
  isHeldUp: boolean;
}

/** A request that was sent. */
interface Flight {
  readonly shard: Shard;
  readonly dueAt: number;
  readonly sentAt: number;
  readonly phase: Phase;
  readonly isRead: boolean;
  readonly fail: () => void;
}

/**
 * Sends requests when they are due, whatever became of the earlier ones, and keeps the books. No key has two writes in
 * flight; where every key of a shard has one, requests wait in line, with their latency counting from when they were due.
 */
export class LoadGenerator {
  readonly shards: readonly Shard[];
  readonly latencies: Latencies;
  readonly errors = new ErrorTally();
  /** How late requests were sent through this process' own fault. */
  readonly delays = new Durations();
  readonly #options: GeneratorOptions;
  readonly #streams: readonly StreamState[];
  readonly #flights = new Set<Flight>();
  #phase: Phase = 'before';
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;

  constructor(options: GeneratorOptions) {
    this.#options = options;
    this.latencies = new Latencies(options.startedAt);
    this.shards = options.keys.map((keys) => {
      const tally = new Tally();
      const entries = keys.map(({ name, kind }): Entry =>
        kind === 'register'
          ? { name, kind, ledger: new Register(tally) }
          : { name, kind, ledger: new Counter(tally), renewAt: 0 },
      );
      return {
        tally,
        watch: new OutageWatch(options.outageFloorMs, options.startedAt),
        entries,
        writers: new Ring(entries),
        readers: new Ring(entries),
      };
    });
    this.#streams = options.streams.flatMap((stream) => {
      const shard = this.shards[stream.shard];
      return shard === undefined ? [] : [{ stream, shard, sent: 0, isHeldUp: false }];
    });
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#tick();
      this.start();
    }, TICK_MS);
  }

  /** Requests that are sent from now on count for this phase, whenever they are answered. */
  enter(phase: Phase): void {
    this.#phase = phase;
  }

  get inFlight(): number {
    return this.#flights.size;
  }

  /**
   * Sends nothing more, waits for answers for a while, and counts the requests without one as failed, those that were due
   * and never sent too.
   *
   * @param drained resolves when answers need not be waited for any longer
   */
  async stop(drained: () => Promise<void>): Promise<void> {
    clearTimeout(this.#timer);
    const { clock } = this.#options;
    const stoppedAt = clock();
    await drained();
    for (const flight of this.#flights) {
      flight.fail();
      this.#failed(flight, new Error(NO_ANSWER), clock(), false);
    }
    this.#flights.clear();
    for (const state of this.#streams) this.#giveUp(state, stoppedAt);
    for (const { watch } of this.shards) watch.end(stoppedAt);
  }

  #tick(): void {
    const now = this.#options.clock();
    for (const { watch } of this.shards) watch.turn(now);
    for (const state of this.#streams) this.#sendDue(state, now);
  }

  #dueAt({ stream, sent }: StreamState): number {
    return this.#options.startedAt + stream.offsetMs + sent * stream.periodMs;
  }

  #sendDue(state: StreamState, now: number): void {
    const { shard, stream } = state;
    for (let budget = MOST_PER_TICK; budget > 0; budget -= 1) {
      const dueAt = this.#dueAt(state);
      if (dueAt > now) {
        state.isHeldUp = false;
        return;
      }
      const entry = (stream.isRead ? shard.readers : shard.writers).take();
      if (entry === undefined) {
        state.isHeldUp = true;
        return;
      }
      const sentAt = this.#options.clock();
      if (!state.isHeldUp) this.delays.record(sentAt - dueAt);
      state.sent += 1;
      this.#turn += 1;
      const client = this.#options.clients[this.#turn % this.#options.clients.length];
      if (client === undefined) throw new RangeError('a load needs a client');
      const sending = { shard, dueAt, sentAt, phase: this.#phase, isRead: stream.isRead };
      if (stream.isRead) this.#read(sending, entry, client);
      else if (entry.kind === 'register') this.#write(sending, entry, client);
      else this.#increment(sending, entry, client);
    }
  }

  #read(sending: Omit<Flight, 'fail'>, entry: Entry, client: LoadConnection): void {
    const ledger: Ledger = entry.ledger;
    const { floor } = ledger;
    const flight = { ...sending, fail: () => ledger.readFailed() };
    this.#await(flight, client.read(entry.name, HEADER_BYTES), sending.shard.readers, entry, (value) => {
      ledger.read(numberIn(value), floor);
      return true;
    });
  }

  #write(sending: Omit<Flight, 'fail'>, entry: Entry & { kind: 'register' }, client: LoadConnection): void {
    const { ledger, name } = entry;
    const { valueBytes, lifetimeSeconds, waitReplicas } = this.#options;
    const number = ledger.begin();
    const answer = client.write(name, valueOf(number, valueBytes), lifetimeSeconds);
    const flight = { ...sending, fail: () => ledger.failed(number) };
    this.#await(flight, answer, sending.shard.writers, entry, ({ found, replicas }) => {
      const isSafe = replicas >= waitReplicas;
      if (isSafe) ledger.acknowledged(number, numberIn(found));
      else ledger.failed(number, numberIn(found));
      return isSafe;
    });
  }

  #increment(
    sending: Omit<Flight, 'fail'>,
    entry: Entry & { kind: 'counter' },
    client: LoadConnection,
  ): void {
    const { ledger, name } = entry;
    const { lifetimeSeconds, waitReplicas } = this.#options;
    ledger.begin();
    const flight = { ...sending, fail: () => ledger.failed() };
    this.#await(flight, client.increment(name), sending.shard.writers, entry, ({ found, replicas }, at) => {
      const isSafe = replicas >= waitReplicas;
      if (isSafe) ledger.acknowledged(found);
      else ledger.failed(found);
      // An increment keeps the lifetime that there is, and a new counter has none.
      if (found === 1 || at >= entry.renewAt) {
        entry.renewAt = at + (lifetimeSeconds * 1000) / 2;
        client.renew(name, lifetimeSeconds).catch(() => (entry.renewAt = 0));
      }
      return isSafe;
    });
  }

  /** @param book enters the answer, and says whether it counts as a success */
  #await<Answer>(
    flight: Flight,
    answer: Promise<Answer>,
    ring: Ring<Entry>,
    entry: Entry,
    book: (answer: Answer, at: number) => boolean,
  ): void {
    this.#flights.add(flight);
    answer.then(
      (value) => {
        if (!this.#flights.delete(flight)) return;
        ring.put(entry);
        const at = this.#options.clock();
        if (book(value, at)) this.#succeeded(flight, at);
        else this.#failed(flight, new Error(TOO_FEW_REPLICAS), at);
      },
      (error: unknown) => {
        if (!this.#flights.delete(flight)) return;
        ring.put(entry);
        flight.fail();
        this.#failed(
          flight,
          error instanceof Error ? error : new Error(String(error)),
          this.#options.clock(),
        );
      },
    );
  }

  #succeeded({ shard, phase, dueAt, sentAt, isRead }: Flight, at: number): void {
    this.latencies.record(phase, at - dueAt, false, at);
    if (isRead) return;
    shard.watch.acknowledged(at);
    this.#options.onWrite(this.shards.indexOf(shard), sentAt, at);
  }

  #failed({ shard, phase, dueAt, sentAt, isRead }: Flight, error: Error, at: number, isAnswer = true): void {
    if (isAnswer) this.latencies.record(phase, at - dueAt, true, at);
    else this.latencies.recordUnanswered(phase, at - dueAt);
    this.errors.add(error);
    if (!isRead) shard.watch.failed(sentAt);
  }

  #giveUp(state: StreamState, stoppedAt: number): void {
    const { tally } = state.shard;
    if (!state.isHeldUp) return;
    for (; this.#dueAt(state) <= stoppedAt; state.sent += 1) {
      const totals = state.stream.isRead ? tally.reads : tally.writes;
      totals.attempted += 1;
      totals.failed += 1;
      this.errors.add(new Error(NEVER_SENT));
      this.latencies.recordUnanswered(this.#phase, stoppedAt - this.#dueAt(state));
    }
  }
}
