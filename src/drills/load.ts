import type { Load } from '../config/scenario.js';
import type { LoadSettings } from '../reports/model.js';

/** The load of a drill. Pure. */

/** Every shard is written to by the clients of each profile so often a second: once in 4 ms. */
const WRITES_A_SHARD = 250;
const CLIENTS = 8;
const READ_RATIO = 0.2;
const VALUE_BYTES = 64;
const KEYS_A_SHARD = 1000;

/** What a scenario leaves open follows from the number of shards and of client profiles. */
export function loadSettings(load: Load, shards: number, profiles: number): LoadSettings {
  const readRatio = load.readRatio ?? READ_RATIO;
  return {
    rate: load.rate ?? Math.round((WRITES_A_SHARD * shards * profiles) / (1 - Math.min(readRatio, 0.9))),
    clients: load.clients ?? CLIENTS,
    readRatio,
    valueBytes: load.valueBytes ?? VALUE_BYTES,
    keys: load.keys ?? KEYS_A_SHARD * shards,
    hashTags: load.hashTags ?? false,
    waitReplicas: load.waitReplicas ?? 0,
  };
}
