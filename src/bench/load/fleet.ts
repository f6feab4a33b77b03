import { all } from '../../base/concurrency.js';
import { interruption } from '../../base/errors.js';
import type { BenchLoad } from '../../reports/bench/model.js';
import { partOf } from '../plan.js';
import type { LoadNode } from './route.js';
import type { Recent, Seen } from './tally.js';
import { BenchThread } from './thread.js';

/** Keys that are written beforehand go out in pipelines of this depth. */
const FILL_PIPELINE = 100;

/** What all threads together have seen since the last time. */
export type OnBeat = (recent: Recent) => void;

/** All threads of a load. */
export class Fleet {
  readonly #threads: readonly BenchThread[];
  #onBeat: OnBeat = () => undefined;

  private constructor(
    nodes: readonly LoadNode[],
    private readonly load: BenchLoad,
  ) {
    const { threads, clients } = load;
    this.#threads = Array.from(
      { length: threads },
      (_, thread) =>
        new BenchThread(
          { ...load, nodes, thread, clients: partOf(clients, thread, threads) },
          (recent: Recent) => this.#onBeat(recent),
        ),
    );
  }

  /** Starts the threads, and resolves when every connection is open. @throws REDIS_ERROR, INTERNAL */
  static async start(nodes: readonly LoadNode[], load: BenchLoad): Promise<Fleet> {
    const fleet = new Fleet(nodes, load);
    try {
      await all(fleet.#threads, (thread) => thread.ready);
    } catch (error) {
      await fleet.end();
      throw error;
    }
    return fleet;
  }

  /** Writes every key once. */
  async fill(signal: AbortSignal | undefined, onBeat: OnBeat): Promise<readonly Seen[]> {
    return this.#run(
      'fill',
      { ops: null, durationMs: null, rate: null, pipeline: FILL_PIPELINE },
      signal,
      onBeat,
    );
  }

  async warmUp(signal: AbortSignal | undefined): Promise<void> {
    const { warmUpMs, rate, pipeline } = this.load;
    await this.#run('load', { ops: null, durationMs: warmUpMs, rate, pipeline }, signal, () => undefined);
  }

  async measure(signal: AbortSignal | undefined, onBeat: OnBeat): Promise<readonly Seen[]> {
    return this.#run('load', this.load, signal, onBeat);
  }

  /** Ends all threads, whatever they are doing. */
  async end(): Promise<void> {
    await all(this.#threads, (thread) => thread.end());
  }

  /** @throws INTERRUPTED when the signal fires, after what was under way has been answered */
  async #run(
    work: 'fill' | 'load',
    { ops, durationMs, rate, pipeline }: Pick<BenchLoad, 'ops' | 'durationMs' | 'rate' | 'pipeline'>,
    signal: AbortSignal | undefined,
    onBeat: OnBeat,
  ): Promise<readonly Seen[]> {
    const stop = () => {
      for (const thread of this.#threads) thread.stop();
    };
    this.#onBeat = onBeat;
    signal?.addEventListener('abort', stop, { once: true });
    const count = this.#threads.length;
    try {
      throwIfAborted(signal);
      const seen = await all(this.#threads, (thread, index) =>
        thread.run({
          type: 'run',
          ...{ work, pipeline, durationMs },
          ops: ops === null ? null : partOf(ops, index, count),
          rate: rate === null ? null : rate / count,
        }),
      );
      throwIfAborted(signal);
      return seen;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interruption(signal);
}
