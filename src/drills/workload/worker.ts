import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Deadline } from '../../base/deadline.js';
import { LoadClient } from '../../redis/load-client.js';
import { PATIENT_PROFILE, profileNamed } from '../../redis/profiles.js';
import { LoadGenerator, type GeneratorOptions } from './generator.js';
import { HEADER_BYTES } from './values.js';
import { planKeys, type LoadKey } from './keyspace.js';
import type { Assignment, Order, Seen, Word } from './messages.js';
import { outageFloorMs } from './outages.js';
import { lifetimeSeconds, streamsOf, writeBeatMs } from './schedule.js';
import { WriteLog } from './write-log.js';
import { readBack, removeAll } from './read-back.js';

/** The thread in which the clients of one profile live. It ends by being terminated. */

const BEAT_MS = 50;
/** A shard that is due a write less often than this is given three beats. */
const WRITABLE_WITHIN_MS = 100;
const BEATS_TO_BE_WRITABLE = 3;
const AGAIN_AFTER_MS = 50;
const WARM_UP_MS = 1_500;
const WARM_UP_KEYS = 300;
const WARM_UP_DRAIN_MS = 500;
/** Longer than the tuned profile's commandTimeout. */
const DRAIN_MS = 2_500;
const LOOK_EVERY_MS = 10;
const READ_BACK_MS = 15_000;
const REMOVAL_MS = 1_000;

/** Of this thread alone, on Linux; as far as it is permitted. */
const PRIORITY = -10;

const clock = () => performance.timeOrigin + performance.now();

class LoadWorker {
  readonly #assignment: Assignment;
  readonly #clients: readonly LoadClient[];
  readonly #keys: readonly (readonly LoadKey[])[];
  readonly #logs: readonly WriteLog[];
  readonly #writableWithinMs: number;
  readonly #shape;
  #waiting: (Order & { type: 'first-write' })[] = [];
  #generator: LoadGenerator | undefined;
  #beat: NodeJS.Timeout | undefined;

  constructor(
    assignment: Assignment,
    private readonly say: (word: Word) => void,
  ) {
    const { endpoints, shards, profiles, profile, keys, prefix, rate, readRatio } = assignment;
    this.#assignment = assignment;
    this.#shape = { rate, readRatio, shards: shards.length, profiles: profiles.length };
    this.#keys = this.#planKeys(Math.ceil(keys / profiles.length), prefix);
    this.#clients = Array.from(
      { length: assignment.clients },
      () => new LoadClient(endpoints, profileNamed(profile), assignment.waitReplicas),
    );
    this.#logs = shards.map(() => new WriteLog());
    this.#writableWithinMs = Math.max(WRITABLE_WITHIN_MS, BEATS_TO_BE_WRITABLE * writeBeatMs(this.#shape));
  }

  /** Opens every connection that the load will use, and warms up. */
  async connect(): Promise<void> {
    const visits = this.#clients.flatMap((client) =>
      this.#keys.map(async ([key]) => {
        while (!(await answers(client.read(key?.name ?? '', HEADER_BYTES)))) await delay(AGAIN_AFTER_MS);
      }),
    );
    await Promise.all(visits);
    await this.#warmUp();
    this.say({ type: 'ready' });
  }

  /**
   * The same load for a while, on keys of its own and off the record: until the code that it runs through has been
   * compiled, requests are late by tens of milliseconds, which would be all that the 99th percentile of a short run shows.
   */
  async #warmUp(): Promise<void> {
    const prefix = `${this.#assignment.prefix}:warm-up`;
    const generator = this.#generatorOn(this.#planKeys(WARM_UP_KEYS, prefix), clock(), () => undefined);
    generator.start();
    await delay(WARM_UP_MS);
    await stop(generator, WARM_UP_DRAIN_MS);
    await this.#remove(generator);
  }

  async obey(order: Order): Promise<void> {
    switch (order.type) {
      case 'start':
        this.#start(order.at);
        break;
      case 'enter':
        this.#generator?.enter(order.phase);
        break;
      case 'first-write':
        this.#answerOrWait(order);
        break;
      case 'finish':
        await this.#finish(order.injectedAt);
        break;
      case 'abandon':
        await this.#abandon();
        break;
    }
  }

  #planKeys(keys: number, prefix: string): LoadKey[][] {
    const { shards, hashTags, seed } = this.#assignment;
    return planKeys({ slots: shards.map(({ slots }) => slots), keys, hashTags, prefix, seed });
  }

  #generatorOn(
    keys: readonly (readonly LoadKey[])[],
    startedAt: number,
    onWrite: GeneratorOptions['onWrite'],
  ): LoadGenerator {
    const { profiles, profile, valueBytes, waitReplicas } = this.#assignment;
    const count = keys.reduce((sum, own) => sum + own.length, 0);
    return new LoadGenerator({
      streams: streamsOf(this.#shape, profiles.indexOf(profile)),
      keys,
      clients: this.#clients,
      valueBytes,
      waitReplicas,
      lifetimeSeconds: lifetimeSeconds(this.#shape, count),
      outageFloorMs: outageFloorMs(writeBeatMs(this.#shape)),
      clock,
      startedAt,
      onWrite,
    });
  }

  #start(startedAt: number): void {
    const generator = this.#generatorOn(this.#keys, startedAt, (shard, sentAt, at) =>
      this.#noteWrite(shard, sentAt, at),
    );
    this.#generator = generator;
    generator.start();
    this.#beat = setInterval(() => {
      const now = clock();
      generator.latencies.advance(now);
      const writable = generator.shards.map(({ watch }) => now - watch.lastSuccess <= this.#writableWithinMs);
      this.say({ type: 'beat', ...generator.latencies.recent(), writable });
    }, BEAT_MS);
  }

  #noteWrite(shard: number, sentAt: number, at: number): void {
    this.#logs[shard]?.record(sentAt, at);
    if (this.#waiting.length === 0) return;
    const isMet = (order: Order & { type: 'first-write' }) => order.shard === shard && sentAt >= order.since;
    for (const { id } of this.#waiting.filter(isMet)) this.say({ type: 'first-write', id, at });
    this.#waiting = this.#waiting.filter((order) => !isMet(order));
  }

  #answerOrWait(order: Order & { type: 'first-write' }): void {
    const at = this.#logs[order.shard]?.firstAfter(order.since);
    if (at === undefined) this.#waiting.push(order);
    else this.say({ type: 'first-write', id: order.id, at });
  }

  async #finish(injectedAt: number): Promise<void> {
    const generator = await this.#halt(DRAIN_MS);
    if (generator === undefined) return;
    for (const client of this.#clients) client.close();
    const unread = await this.#withReader((reader) =>
      readBack(
        generator.shards.flatMap(({ entries }) => entries),
        reader,
        Deadline.after(READ_BACK_MS),
      ),
    );
    if (unread.length > 0) this.say({ type: 'unread', keys: unread });
    else this.say({ type: 'finished', seen: seenBy(generator, injectedAt) });
  }

  async #abandon(): Promise<void> {
    const generator = await this.#halt(0);
    if (generator !== undefined) await this.#remove(generator);
    this.say({ type: 'abandoned' });
  }

  /** As far as that succeeds at once; what is left lives out its time. */
  async #remove({ shards }: LoadGenerator): Promise<void> {
    const entries = shards.flatMap((shard) => shard.entries);
    const removal = this.#withReader((reader) => removeAll(entries, reader));
    await Promise.race([removal, delay(REMOVAL_MS)]);
  }

  async #halt(drainMs: number): Promise<LoadGenerator | undefined> {
    clearInterval(this.#beat);
    if (this.#generator !== undefined) await stop(this.#generator, drainMs);
    return this.#generator;
  }

  /** The load's own clients may be in no state to read anything. */
  async #withReader<Result>(work: (reader: LoadClient) => Promise<Result>): Promise<Result> {
    const reader = new LoadClient(this.#assignment.endpoints, PATIENT_PROFILE, 0);
    try {
      return await work(reader);
    } finally {
      reader.close();
    }
  }
}

async function stop(generator: LoadGenerator, drainMs: number): Promise<void> {
  const deadline = Deadline.after(drainMs);
  await generator.stop(async () => {
    while (generator.inFlight > 0 && !deadline.expired) await delay(LOOK_EVERY_MS);
  });
}

async function answers(request: Promise<unknown>): Promise<boolean> {
  return request.then(
    () => true,
    () => false,
  );
}

function seenBy({ shards, latencies, errors, delays }: LoadGenerator, injectedAt: number): Seen {
  return {
    shards: shards.map(({ tally, watch }) => ({
      writes: tally.writes,
      reads: tally.reads,
      outage: watch.longestAfter(injectedAt) ?? null,
    })),
    latency: latencies.phases(),
    series: latencies.series(),
    errors: errors.list(),
    schedulingDelayP99Ms: delays.percentile(99) ?? 0,
  };
}

/** A load generator that has to wait for its turn measures itself: half as late at p99 on two busy cores. */
function takePrecedence(): void {
  try {
    setPriority(PRIORITY);
  } catch {
    // That takes rights which most users do not have; the report says how late the load was.
  }
}

const port = parentPort;
if (port === null) throw new Error('this file is the start of a worker thread');
const worker = new LoadWorker(workerData as Assignment, (word) => port.postMessage(word));
// A rejection ends the thread, and its starter hears of it.
port.on('message', (order: Order) => void worker.obey(order));
takePrecedence();
await worker.connect();
