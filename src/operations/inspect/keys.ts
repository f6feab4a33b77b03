import { interruption } from '../../base/errors.js';
import { keySlot, type Slot } from '../../cluster/slots.js';
import { keysSchema, type KeysOptions } from '../../config/living-schema.js';
import { resolveOptions } from '../../config/resolve.js';
import { scan, type ScanOptions } from '../../redis/commands/index.js';
import { visitShards, type Walk } from './every-shard.js';
import type { SeenNode, Shard } from './sight.js';

export interface KeysResult extends Walk {
  readonly cluster: string;
  readonly pattern: Buffer;
  /** How many keys were found, each counted once. */
  readonly count: number;
  /** There may be more: the limit was reached, or nobody listens any more. */
  readonly limited: boolean;
}

export interface KeysListener {
  /** Takes keys as they are found; false: no more are wanted. */
  readonly onKeys?: (keys: readonly Buffer[]) => Promise<boolean> | boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds keys with SCAN on every master, or on a replica whose master does not answer; never with KEYS, which blocks. A key
 * that is there all along is found once, also while slots move.
 *
 * @throws CLUSTER_UNKNOWN, CONFIG_INVALID, INTERRUPTED
 */
export async function findKeys(
  cluster: string,
  options: KeysOptions = {},
  { onKeys = () => true, signal }: KeysListener = {},
): Promise<KeysResult> {
  const { pattern, limit = Infinity, count, type } = resolveOptions(keysSchema, options);
  const scanOptions = { pattern: pattern.equals(Buffer.from('*')) ? undefined : pattern, count, type };
  const met = new MetKeys();
  let isEnough = false;
  const take = async (keys: readonly Buffer[]) => {
    if (signal?.aborted === true) throw interruption(signal);
    const fresh = keys.filter((key) => met.count < limit && met.add(key));
    if (fresh.length > 0 && !(await onKeys(fresh))) isEnough = true;
    if (met.count >= limit) isEnough = true;
    return !isEnough;
  };
  const walk = await visitShards(
    cluster,
    (shard) => scanShard(shard, scanOptions, take),
    () => isEnough,
  );
  return { cluster, pattern, count: met.count, limited: isEnough, ...walk };
}

/** Goes from the master to its replicas when a connection breaks; the keys that come again are known already. */
async function scanShard(
  { master, replicas }: Shard,
  options: ScanOptions,
  take: (keys: readonly Buffer[]) => Promise<boolean>,
): Promise<boolean> {
  for (const node of master === undefined ? replicas : [master, ...replicas]) {
    if (await scanNode(node, options, take)) return true;
  }
  return false;
}

/** @returns false when the node could not be asked to the end */
async function scanNode(
  { connection }: SeenNode,
  options: ScanOptions,
  take: (keys: readonly Buffer[]) => Promise<boolean>,
): Promise<boolean> {
  let cursor: string | undefined;
  do {
    const page = await connection.run(scan(cursor, options)).catch(() => undefined);
    if (page === undefined) return false;
    if (!(await take(page.keys))) return true;
    cursor = page.next;
  } while (cursor !== undefined);
  return true;
}

/** The keys met so far, by slot, since one Set holds no more than 2^24 of them. */
class MetKeys {
  readonly #bySlot = new Map<Slot, Set<string>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @returns whether the key was new */
  add(key: Buffer): boolean {
    const slot = keySlot(key);
    const keys = this.#bySlot.get(slot) ?? new Set();
    this.#bySlot.set(slot, keys);
    const text = key.toString('latin1');
    if (keys.has(text)) return false;
    keys.add(text);
    this.#count += 1;
    return true;
  }
}
