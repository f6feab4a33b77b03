import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from 'ioredis';

/** Writes and reads without a pause through a client with ioredis' default settings, and remembers what was acknowledged. */
export class LiveWriter {
  readonly #client: Cluster;
  readonly #acknowledged = new Map<string, string>();
  readonly #errors: string[] = [];
  #isRunning = true;
  #work: Promise<void>[] = [];

  constructor(port: number, writers = 8) {
    this.#client = new Cluster([{ host: '127.0.0.1', port }]);
    this.#client.on('error', () => undefined);
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
        await delay(10);
      }
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
    for (const [key, value] of this.#acknowledged) {
      const held = await this.#client.get(key);
      if (held !== value) wrong.push(`${key}: wrote ${value}, holds ${String(held)}`);
    }
    this.#client.disconnect();
    return { acknowledged: this.#acknowledged.size, wrong, errors: this.#errors };
  }
}
