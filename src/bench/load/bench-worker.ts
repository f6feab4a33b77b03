import { parentPort, workerData } from 'node:worker_threads';
import { SLOT_COUNT } from '../../cluster/slots.js';
import { Buckets } from './buckets.js';
import { LoadClient } from './client.js';
import { commandSet, type CommandOptions, type CommandSet } from './commands.js';
import { grouped, randomFrom, sequential, uniform, zipf, type Draw, type Random } from './draw.js';
import { KEYS_PER_TAG } from './keyspace.js';
import type { Assignment, Order, RunOrder, Word } from './messages.js';
import { Route } from './route.js';
import { LoadRun } from './run.js';
import { Tally } from './tally.js';

/** The thread in which clients of a benchmark live. It ends by being terminated. */

const BEAT_MS = 250;

class BenchWorker {
  readonly #clients: LoadClient[] = [];
  readonly #route: Route;
  readonly #random: Random;
  readonly #keysPerTag: number;
  readonly #options: CommandOptions;
  readonly #commands: CommandSet;
  #run: LoadRun | undefined;

  constructor(
    private readonly assignment: Assignment,
    private readonly say: (word: Word) => void,
  ) {
    const { nodes, seed, thread, keyspace, hashTags, distribution } = assignment;
    this.#keysPerTag = distribution === 'grouped' ? keyspace / SLOT_COUNT : KEYS_PER_TAG;
    this.#route = new Route(nodes);
    this.#random = randomFrom(seed + thread);
    this.#options = {
      ...assignment,
      keysPerTag: hashTags ? this.#keysPerTag : undefined,
      random: this.#random,
    };
    this.#commands = commandSet(this.#options);
  }

  /** One client after another: thousands of connections at once would time out before this thread looked at them. */
  async connect(): Promise<void> {
    while (this.#clients.length < this.assignment.clients) {
      const client = new LoadClient(this.assignment.nodes);
      const unreachable = await client.connected();
      if (unreachable.length > 0) {
        this.say({ type: 'unreachable', nodes: unreachable });
        return;
      }
      this.#clients.push(client);
    }
    this.say({ type: 'ready' });
  }

  async obey(order: Order): Promise<void> {
    if (order.type === 'stop') this.#run?.stop();
    else await this.#perform(order);
  }

  async #perform({ work, pipeline, ops, durationMs, rate }: RunOrder): Promise<void> {
    const isFill = work === 'fill';
    const commands = isFill ? commandSet({ ...this.#options, mix: { set: 1 } }) : this.#commands;
    const tally = new Tally();
    const route = this.#route;
    const [sent, received] = this.#bytes();
    const before = performance.eventLoopUtilization();
    const run = new LoadRun({
      ...{ clients: this.#clients, commands, route, pipeline, tally },
      buckets: new Buckets(commands, this.#draw(isFill, pipeline), route),
      ops: ops ?? Infinity,
      durationMs: durationMs ?? Infinity,
      rate: rate ?? undefined,
    });
    this.#run = run;
    const beat = setInterval(() => this.say({ type: 'beat', ...tally.takeRecent() }), BEAT_MS);
    await run.finish();
    clearInterval(beat);
    const [sentThen, receivedThen] = this.#bytes();
    const seen = tally.seen(this.assignment.nodes.length, {
      startedAt: run.startedAt,
      endedAt: run.endedAt,
      sentBytes: sentThen - sent,
      receivedBytes: receivedThen - received,
      utilisation: performance.eventLoopUtilization(before).utilization,
    });
    this.say({ type: 'finished', seen });
  }

  #draw(isFill: boolean, pipeline: number): Draw {
    const { keyspace, distribution, thread, threads } = this.assignment;
    if (isFill) return sequential(keyspace, thread, threads);
    switch (distribution) {
      case 'uniform':
        return uniform(keyspace, this.#random);
      case 'zipf':
        return zipf(keyspace, this.#random);
      case 'grouped':
        return grouped(keyspace, this.#keysPerTag, pipeline, this.#random);
    }
  }

  #bytes(): readonly [number, number] {
    const sum = (of: (client: LoadClient) => number) =>
      this.#clients.reduce((total, client) => total + of(client), 0);
    return [sum(({ sentBytes }) => sentBytes), sum(({ receivedBytes }) => receivedBytes)];
  }
}

const port = parentPort;
if (port === null) throw new Error('this file is the start of a worker thread');
const worker = new BenchWorker(workerData as Assignment, (word) => port.postMessage(word));
// A rejection ends the thread, and its starter hears of it.
port.on('message', (order: Order) => void worker.obey(order));
await worker.connect();
