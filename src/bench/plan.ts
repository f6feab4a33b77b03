import { availableParallelism } from 'node:os';
import type { ResolvedBenchOptions } from '../config/bench-schema.js';
import type { BenchWorkload } from '../config/bench-workload.js';
import { SLOT_COUNT } from '../cluster/slots.js';
import type { BenchLoad } from '../reports/bench/model.js';
import { KEYS_PER_TAG } from './load/keyspace.js';
import type { PeerKeys } from './peer.js';

const DURATION_MS = 10_000;
const WARM_UP_MS = 1_000;
const CLIENTS = 50;
const VALUE_BYTES = 100;
const KEYSPACE = 100_000;
/** More of them take from the nodes what they add to the load, on a machine that both share. */
const MOST_THREADS = 4;

/** What a flag, else the workload's file, else the default says. @param peerKeys of the tool that it is held against */
export function loadOf(
  options: ResolvedBenchOptions,
  workload: BenchWorkload,
  peerKeys?: PeerKeys,
): BenchLoad {
  const clients = options.clients ?? workload.clients ?? CLIENTS;
  const isMget = workload.mix.mget !== undefined;
  const distribution =
    options.distribution ??
    workload.distribution ??
    (peerKeys === 'slot-of-each-pipeline' ? 'grouped' : 'uniform');
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
    keyspace: multipleOf(keysTogether(distribution, isMget), keyspace),
    distribution,
    // Without tags, neighbours do not share a slot.
    hashTags:
      isMget ||
      peerKeys !== undefined ||
      distribution === 'grouped' ||
      (options.hashTags ?? workload.hashTags ?? false),
    threads: Math.min(clients, options.threads ?? threadsOf(availableParallelism())),
    warmUpMs: options.warmUp ?? WARM_UP_MS,
    seed: options.seed ?? 1,
  };
}

/** An MGET asks for all keys of a tag; where keys are grouped, every slot has as many. */
function keysTogether(distribution: BenchLoad['distribution'], isMget: boolean): number {
  if (distribution === 'grouped') return SLOT_COUNT * KEYS_PER_TAG;
  return isMget ? KEYS_PER_TAG : 1;
}

const multipleOf = (unit: number, atLeast: number) => Math.ceil(atLeast / unit) * unit;

/**
 * A thread for each two cores, since nodes on the same machine need the others: with 50 clients on two cores one thread gets
 * more through than two do.
 */
function threadsOf(cores: number): number {
  return Math.max(1, Math.min(MOST_THREADS, Math.floor(cores / 2)));
}

/** How many of `total` fall to the part at `index` of `parts`. */
export function partOf(total: number, index: number, parts: number): number {
  return Math.floor((total * (index + 1)) / parts) - Math.floor((total * index) / parts);
}
