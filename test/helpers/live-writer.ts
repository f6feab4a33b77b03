import { setTimeout as delay } from 'node:timers/promises';
import { newClusterClient, type ClusterClient } from '../../src/redis/cluster-client.js';

/**
 * All of them together write up to 2,000 times a second. Without a pause they would have the machine to themselves: a move
 * would be slow under them, and nodes would seem to have failed.
 */
const WRITE_EVERY_MS = 4;

/** Writes through a client with ioredis' default settings, and remembers what was acknowledged. */
export class LiveWriter {
  readonly #client: ClusterClient;
  readonly #acknowledged = new Map<string, string>();
  /** Written, but without an answer: whether such a value is there is open. */
  readonly #unanswered = new Map<string, Set<string>>();
  readonly #errors: string[] = [];
  #isRunning = true;
  #work: Promise<void>[] = [];

  constructor(port: number, writers = 8) {
    this.#client = newClusterClient([{ host: '127.0.0.1', port }]);
    this.#work = Array.from({ length: writers }, (_, writer) => this.#write(writer));
  }

  async #write(writer: number): Promise<void> {
    for (let turn = 0; this.#isRunning; turn += 1) {
      const key = `live:${writer}:${turn % 5000}`;
      const value = `${turn}`;
      try {
        await this.#client.set(key, value);
        this.#acknowledged.set(key, value);
      } catch (error) {
        this.#errors.push(String(error));
        this.#unanswered.set(key, (this.#unanswered.get(key) ?? new Set()).add(value));
      }
      await delay(WRITE_EVERY_MS);
    }
  }

  get count(): number {
    return this.#acknowledged.size;
  }

  /** Stops, and reads everything back. */
  async finish(): Promise<{ acknowledged: number; wrong: string[]; errors: string[] }> {
    this.#isRunning = false;
    await Promise.all(this.#work);
    const wrong: string[] = [];
    await Promise.all(
      [...this.#acknowledged].map(async ([key, value]) => {
        const held = await this.#client.get(key);
        const isOpen = held !== null && this.#unanswered.get(key)?.has(held) === true;
        if (held !== value && !isOpen) wrong.push(`${key}: wrote ${value}, holds ${String(held)}`);
      }),
    );
    this.#client.disconnect();
    return { acknowledged: this.#acknowledged.size, wrong, errors: this.#errors };
  }
}
