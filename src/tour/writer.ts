import { openClusterClient, type ClusterClient } from '../redis/cluster-client.js';
import type { NodeAddress } from '../redis/connection.js';

const KEYS = 1_000;
const WRITERS = 4;

export interface Written {
  readonly acknowledged: number;
  readonly failed: number;
  /** Milliseconds that the slowest write took. */
  readonly slowestMs: number;
}

/** An application that goes on writing, through a client that follows the slots. */
export class Writer {
  readonly #client: ClusterClient;
  readonly #work: Promise<void>[];
  #isRunning = true;
  #acknowledged = 0;
  #failed = 0;
  #slowestMs = 0;

  constructor(endpoints: readonly NodeAddress[]) {
    this.#client = openClusterClient(endpoints);
    this.#work = Array.from({ length: WRITERS }, (_, writer) => this.#write(writer));
  }

  async #write(writer: number): Promise<void> {
    for (let turn = 0; this.#isRunning; turn += 1) {
      const since = performance.now();
      try {
        await this.#client.set(`order:${writer}:${turn % KEYS}`, String(turn));
        this.#acknowledged += 1;
      } catch {
        this.#failed += 1;
      }
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - since);
    }
  }

  async finish(): Promise<Written> {
    this.#isRunning = false;
    await Promise.all(this.#work);
    this.#client.disconnect();
    return { acknowledged: this.#acknowledged, failed: this.#failed, slowestMs: this.#slowestMs };
  }
}
