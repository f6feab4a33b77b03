import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from 'ioredis';

/** A client that asks at a fixed rate, whatever the answers take: a stall does not hide the requests that it delayed. */

const CHILD = 'open-loop-client';
const TICK_MS = 2;
const KEYS = 100_000;

interface Settings {
  readonly port: number;
  /** Requests a second. */
  readonly rate: number;
  readonly readRatio: number;
}

export interface Seen {
  /** From when a request was due to its answer. */
  readonly latenciesMs: readonly number[];
  readonly errors: number;
}

/** Runs in a process of its own, so that what is measured does not disturb the measuring. */
export class OpenLoopClient {
  readonly #process: ChildProcess;

  constructor(settings: Settings) {
    const file = fileURLToPath(import.meta.url);
    this.#process = fork(file, [CHILD, JSON.stringify(settings)], { execArgv: ['--import', 'tsx'] });
  }

  /** Until its connections are open, and what came before is forgotten. */
  async warmUp(): Promise<void> {
    await delay(1500);
    await this.#ask('reset');
  }

  async finish(): Promise<Seen> {
    const seen = await this.#ask('finish');
    this.#process.kill();
    return seen;
  }

  async #ask(message: 'reset' | 'finish'): Promise<Seen> {
    this.#process.send(message);
    const [seen] = (await once(this.#process, 'message')) as [Seen];
    return seen;
  }
}

async function work({ port, rate, readRatio }: Settings): Promise<void> {
  const client = new Cluster([{ host: '127.0.0.1', port }]);
  client.on('error', () => undefined);
  let latenciesMs: number[] = [];
  let errors = 0;
  const state = { isRunning: true };
  process.on('message', (message) => {
    process.send?.({ latenciesMs, errors } satisfies Seen);
    latenciesMs = [];
    errors = 0;
    if (message === 'finish') state.isRunning = false;
  });
  const startedAt = performance.now();
  for (let sent = 0; state.isRunning;) {
    const due = ((performance.now() - startedAt) / 1000) * rate;
    for (; sent < due; sent += 1) {
      const dueAt = startedAt + (sent / rate) * 1000;
      const key = `bench:${(sent * 7919) % KEYS}`;
      const request: Promise<unknown> =
        (sent % 100) / 100 < readRatio ? client.get(key) : client.set(key, 'x'.repeat(100));
      request.then(
        () => latenciesMs.push(performance.now() - dueAt),
        () => (errors += 1),
      );
    }
    await delay(TICK_MS);
  }
  client.disconnect();
}

if (process.argv[2] === CHILD) await work(JSON.parse(process.argv[3] ?? '') as Settings);
