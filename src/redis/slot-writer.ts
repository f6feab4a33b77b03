import { openClusterClient, type ClusterClient } from './cluster-client.js';
import type { NodeAddress } from './connection.js';

/** A key's lifetime, so that an interrupted probe leaves nothing behind. */
const TTL_SECONDS = 120;

/** Writes through an ioredis Cluster client whose commands fail soon, so that each answer tells of its own moment. */
export class SlotWriter {
  readonly #client: ClusterClient;

  constructor(endpoints: readonly NodeAddress[]) {
    this.#client = openClusterClient(endpoints, {
      maxRedirections: 4,
      redisOptions: { connectTimeout: 500, commandTimeout: 500, connectionName: 'rcluster-probe' },
    });
  }

  /** Resolves once the client knows the slots. */
  async ready(key: string): Promise<void> {
    await this.#client.exists(key);
  }

  async write(key: string, value: string): Promise<void> {
    await this.#client.set(key, value, 'EX', TTL_SECONDS);
  }

  async holds(key: string, value: string): Promise<boolean> {
    return (await this.#client.get(key)) === value;
  }

  async remove(key: string): Promise<void> {
    await this.#client.unlink(key);
  }

  close(): void {
    this.#client.disconnect();
  }
}
