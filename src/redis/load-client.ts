import type { ChainableCommander } from 'ioredis';
import { newClusterClient, type ClusterClient } from './cluster-client.js';
import type { NodeAddress } from './connection.js';
import type { ClientProfile } from './profiles.js';

/**
 * How long WAIT blocks. It blocks the connection with all that is queued behind it, and must stay below the tuned
 * profile's `socketTimeout`; replicas in the same place answer within a few milliseconds.
 */
const WAIT_MS = 100;

/** What says that a command was not carried out, and will be elsewhere or later. */
const NOT_YET = /^(MOVED|ASK|CLUSTERDOWN|TRYAGAIN) /;
const MOST_TRIES = 16;
const NO_REPLY: readonly [Error, undefined] = [new Error('no reply'), undefined];

/** What a write was answered. */
export interface WriteAnswer<Found> {
  readonly found: Found;
  /** How many replicas had it, as far as that was asked. */
  readonly replicas: number;
}

/** The commands of a load, through an ioredis Cluster client with the settings of a profile. */
export class LoadClient {
  readonly #client: ClusterClient;

  /** @param waitReplicas WAIT for so many after each write, on the same connection; 0: none */
  constructor(
    endpoints: readonly NodeAddress[],
    profile: ClientProfile,
    private readonly waitReplicas: number,
  ) {
    this.#client = newClusterClient(endpoints, profile.options);
  }

  /** @returns the value that it overwrote (SET ... GET) */
  async write(key: string, value: string, ttlSeconds: number): Promise<WriteAnswer<string | null>> {
    if (this.waitReplicas === 0) {
      return { found: await this.#client.set(key, value, 'EX', ttlSeconds, 'GET'), replicas: 0 };
    }
    const set = () => this.#client.pipeline().set(key, value, 'EX', ttlSeconds, 'GET');
    const { found, replicas } = await this.#withWait(key, set);
    return { found: found as string | null, replicas };
  }

  /** @returns the counter's value thereafter */
  async increment(key: string): Promise<WriteAnswer<number>> {
    if (this.waitReplicas === 0) return { found: await this.#client.incr(key), replicas: 0 };
    const { found, replicas } = await this.#withWait(key, () => this.#client.pipeline().incr(key));
    return { found: Number(found), replicas };
  }

  async renew(key: string, ttlSeconds: number): Promise<void> {
    await this.#client.expire(key, ttlSeconds);
  }

  /** @returns the first `bytes` bytes of its value; nothing when there is no such key */
  async read(key: string, bytes: number): Promise<string> {
    return this.#client.getrange(key, 0, bytes - 1);
  }

  async remove(key: string): Promise<void> {
    await this.#client.unlink(key);
  }

  close(): void {
    this.#client.disconnect();
  }

  /**
   * WAIT must follow on the connection of its write, which a pipeline ensures. A pipeline does not follow redirections once
   * a part of it has succeeded, as WAIT does, so a plain command to the key finds the way and waits as the profile says.
   */
  async #withWait(key: string, write: () => ChainableCommander): Promise<WriteAnswer<unknown>> {
    for (let tries = 1; ; tries += 1) {
      const replies = (await write().wait(this.waitReplicas, WAIT_MS).exec()) ?? [];
      const [writeError, found] = replies[0] ?? NO_REPLY;
      const [waitError, replicas] = replies[1] ?? NO_REPLY;
      if (writeError === null) {
        if (waitError !== null) throw waitError;
        return { found, replicas: Number(replicas) };
      }
      if (!NOT_YET.test(writeError.message) || tries === MOST_TRIES) throw writeError;
      await this.#client.exists(key);
    }
  }
}
