import { availableParallelism } from 'node:os';
import type { ResolvedBenchOptions } from '../config/bench-schema.js';
import type { BenchWorkload } from '../config/bench-workload.js';
import type { BenchLoad } from '../reports/bench/model.js';
import { KEYS_PER_TAG } from './load/keyspace.js';

const DURATION_MS = 10_000;
const WARM_UP_MS = 1_000;
const CLIENTS = 50;
const VALUE_BYTES = 100;
const KEYSPACE = 100_000;
/** More of them take from the nodes what they add to the load, on a machine that both share. */
const MOST_THREADS = 4;

/** What a flag, else the workload's file, else the default says. */
export function loadOf(options: ResolvedBenchOptions, workload: BenchWorkload): BenchLoad {
  const clients = options.clients ?? workload.clients ?? CLIENTS;
  const isMget = workload.mix.mget !== undefined;
  const isBesideTool = options.engine !== 'ours';
  const distribution =
    options.distribution ?? workload.distribution ?? (isBesideTool ? 'grouped' : 'uniform');
  const keyspace = options.keyspace ?? workload.keyspace ?? KEYSPACE;
  return {
    workload: workload.name,
    mix: workload.mix,
    ops: options.ops ?? null,
    durationMs: options.ops === undefined ? (options.duration ?? DURATION_MS) : null,
    rate: options.rate ?? workload.rate ?? null,
    clients,
    pipeline: options.pipeline ?? workload.pipeline ?? 1,
    valueBytes: options.valueSize ?? workload.valueSize ?? [VALUE_BYTES, VALUE_BYTES],
    // An MGET asks for all keys of a tag.
    keyspace: isMget ? Math.ceil(keyspace / KEYS_PER_TAG) * KEYS_PER_TAG : keyspace,
    distribution,
    // Without tags, neighbours do not share a slot.
    hashTags:
      isMget ||
      isBesideTool ||
      distribution === 'grouped' ||
      (options.hashTags ?? workload.hashTags ?? false),
    threads: Math.min(clients, options.threads ?? Math.min(MOST_THREADS, availableParallelism())),
    warmUpMs: options.warmUp ?? WARM_UP_MS,
    seed: options.seed ?? 1,
  };
}

/** How many of `total` fall to the part at `index` of `parts`. */
export function partOf(total: number, index: number, parts: number): number {
  return Math.floor((total * (index + 1)) / parts) - Math.floor((total * index) / parts);
}
