import type { Worker } from 'node:worker_threads';
import { deferred, type Deferred } from '../../base/deferred.js';
import { RclusterError, messageOf } from '../../base/errors.js';
import { startThread } from '../../base/thread.js';
import type { Assignment, Order, RunOrder, Word } from './messages.js';
import type { Recent, Seen } from './tally.js';

/** A thread with clients of a benchmark. */
export class BenchThread {
  readonly #worker: Worker;
  readonly #ready = deferred<undefined>();
  #finished: Deferred<Seen> | undefined;
  #failure: RclusterError | undefined;

  /** @param onBeat a few times a second while a run goes on, with what has come since the last time */
  constructor(
    { thread, ...assignment }: Assignment,
    private readonly onBeat: (recent: Recent) => void,
  ) {
    const name = `bench ${thread + 1}`;
    this.#worker = startThread(import.meta.url, 'bench-worker', name, { thread, ...assignment });
    this.#worker.on('message', (word: Word) => this.#hear(word));
    this.#worker.on('error', (error) => this.#fail(messageOf(error), error));
    this.#worker.on('exit', () => this.#fail('it ended'));
    this.#ready.promise.catch(() => undefined);
  }

  /** Until its connections are open. @throws REDIS_ERROR with the nodes that cannot be reached */
  get ready(): Promise<undefined> {
    return this.#ready.promise;
  }

  /** @throws INTERNAL when the thread fails */
  async run(order: RunOrder): Promise<Seen> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#finished = deferred<Seen>();
    this.#tell(order);
    return this.#finished.promise;
  }

  /** Lets the run end early; what is under way is waited for. */
  stop(): void {
    this.#tell({ type: 'stop' });
  }

  /** Ends the thread, whatever it is doing. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #tell(order: Order): void {
    this.#worker.postMessage(order);
  }

  #hear(word: Word): void {
    switch (word.type) {
      case 'ready':
        this.#ready.resolve(undefined);
        break;
      case 'unreachable':
        this.#ready.reject(
          new RclusterError('REDIS_ERROR', 'the load does not get through to the nodes', {
            details: word.nodes,
          }),
        );
        break;
      case 'beat':
        this.onBeat(word);
        break;
      case 'finished':
        this.#finished?.resolve(word.seen);
        break;
    }
  }

  #fail(why: string, cause?: unknown): void {
    this.#failure ??= new RclusterError('INTERNAL', `a thread of the load failed: ${why}`, { cause });
    this.#ready.reject(this.#failure);
    this.#finished?.reject(this.#failure);
  }
}
