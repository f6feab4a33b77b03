import type { Worker } from 'node:worker_threads';
import type { Deadline } from '../../base/deadline.js';
import { deferred, type Deferred } from '../../base/deferred.js';
import { RclusterError, interruption, messageOf } from '../../base/errors.js';
import { startThread } from '../../base/thread.js';
import type { Assignment, Beat, Order, Seen, Word } from './messages.js';

const NOTHING_YET: Beat = { ok: 0, errors: 0, p99Ms: null, writable: [] };
/** What the error lists of the keys that could not be read back. */
const MOST_KEYS_SHOWN = 10;

/** A thread with the clients of one profile. */
export class LoadThread {
  readonly profile: string;
  readonly #worker: Worker;
  readonly #ready = deferred<undefined>();
  readonly #finished = deferred<Seen>();
  readonly #abandoned = deferred<undefined>();
  readonly #firstWrites = new Map<number, Deferred<number>>();
  #beat = NOTHING_YET;
  #lastId = 0;
  #failure: RclusterError | undefined;

  constructor(assignment: Assignment) {
    this.profile = assignment.profile;
    this.#worker = startThread(import.meta.url, 'worker', `load (${assignment.profile})`, assignment);
    this.#worker.on('message', (word: Word) => this.#hear(word));
    this.#worker.on('error', (error) => this.#fail(messageOf(error), error));
    this.#worker.on('exit', () => this.#fail('it ended'));
    for (const { promise } of [this.#ready, this.#finished, this.#abandoned]) promise.catch(() => undefined);
  }

  get beat(): Beat {
    return this.#beat;
  }

  get ready(): Promise<undefined> {
    return this.#ready.promise;
  }

  tell(order: Order): void {
    this.#worker.postMessage(order);
  }

  /** @throws TIMEOUT and INTERRUPTED as the signal says, INTERNAL when the thread fails */
  async firstWrite(shard: number, since: number, signal: AbortSignal): Promise<number> {
    if (this.#failure !== undefined) throw this.#failure;
    const answer = deferred<number>();
    const id = (this.#lastId += 1);
    const stop = () => answer.reject(endOf(signal));
    this.#firstWrites.set(id, answer);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    else this.tell({ type: 'first-write', id, shard, since });
    try {
      return await answer.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#firstWrites.delete(id);
    }
  }

  /** @throws TIMEOUT when keys cannot be read back, INTERNAL when the thread fails */
  async finish(injectedAt: number): Promise<Seen> {
    this.tell({ type: 'finish', injectedAt });
    return this.#finished.promise;
  }

  async abandon(): Promise<void> {
    this.tell({ type: 'abandon' });
    await this.#abandoned.promise;
  }

  /** Ends the thread, whatever it is doing. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(word: Word): void {
    switch (word.type) {
      case 'ready':
        this.#ready.resolve(undefined);
        break;
      case 'beat':
        this.#beat = word;
        break;
      case 'first-write':
        this.#firstWrites.get(word.id)?.resolve(word.at);
        break;
      case 'finished':
        this.#finished.resolve(word.seen);
        break;
      case 'unread':
        this.#finished.reject(unread(word.keys));
        break;
      case 'abandoned':
        this.#abandoned.resolve(undefined);
        break;
    }
  }

  #fail(why: string, cause?: unknown): void {
    this.#failure ??= new RclusterError('INTERNAL', `the load of the ${this.profile} client failed: ${why}`, {
      cause,
    });
    this.#beat = NOTHING_YET;
    for (const { reject } of [this.#ready, this.#finished, this.#abandoned, ...this.#firstWrites.values()])
      reject(this.#failure);
  }
}

/** Which thread is not ready by the deadline. @throws TIMEOUT, INTERRUPTED */
export async function untilReady(threads: readonly LoadThread[], deadline: Deadline): Promise<void> {
  const waiting = new Set(threads);
  const late = AbortSignal.timeout(Math.ceil(deadline.remainingMs));
  const signal = deadline.signal === undefined ? late : AbortSignal.any([late, deadline.signal]);
  const end = deferred<never>();
  end.promise.catch(() => undefined);
  const stop = () => {
    if (deadline.signal?.aborted === true) end.reject(interruption(deadline.signal));
    else {
      const details = [...waiting].map(({ profile }) => `${profile}: has not reached every shard`);
      end.reject(
        new RclusterError('TIMEOUT', 'the clients of the load did not get through to the cluster', {
          details,
        }),
      );
    }
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    await Promise.race([
      end.promise,
      Promise.all(threads.map(async (thread) => thread.ready.then(() => waiting.delete(thread)))),
    ]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function endOf(signal: AbortSignal): Error {
  const { reason } = signal as { reason: unknown };
  if (!(reason instanceof Error) || reason.name !== 'TimeoutError') return interruption(signal);
  return new RclusterError('TIMEOUT', 'no write was acknowledged in time', { cause: reason });
}

function unread(keys: readonly string[]): RclusterError {
  const more = keys.length - MOST_KEYS_SHOWN;
  return new RclusterError('TIMEOUT', `${keys.length} keys of the load could not be read back`, {
    details: [...keys.slice(0, MOST_KEYS_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])],
    hint: 'what was lost is unknown; heal the cluster before the load ends',
  });
}
