import { Durations } from '../base/durations.js';
import type { BenchLatency, BenchLoad, BenchNode, BenchResult } from '../reports/bench/model.js';
import { boundOf } from './bound.js';
import type { Seen, ShardSeen } from './load/tally.js';
import type { TargetNode } from './target.js';
import type { Snapshot } from './usage.js';

/** Fewer say nothing of what a key takes. */
const KEYS_TO_TELL = 100;

export interface Measured {
  readonly load: BenchLoad;
  readonly nodes: readonly TargetNode[];
  readonly seen: readonly Seen[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly fill: BenchResult['fill'];
}

/** What all threads have seen, as one. Pure. */
export function resultOf({ load, nodes, seen, before, after, fill }: Measured): BenchResult {
  const sum = (of: (one: Seen) => number) => seen.reduce((total, one) => total + of(one), 0);
  const shards = nodes.map((_, place) => mergedShard(seen.flatMap((one) => one.shards[place] ?? [])));
  const ok = shards.reduce((total, shard) => total + shard.ok, 0);
  const failed = shards.reduce((total, shard) => total + shard.failed, 0);
  const elapsedMs =
    Math.max(...seen.map(({ endedAt }) => endedAt)) - Math.min(...seen.map(({ startedAt }) => startedAt));
  const perSecond = (count: number) => (elapsedMs > 0 ? (count * 1000) / elapsedMs : 0);
  const measuredNodes = nodes.map((node, place) => nodeOf(node, place, shards[place], before, after));
  const usage = usageOf(seen, measuredNodes, { before, after, elapsedMs, ok });
  return {
    elapsedMs,
    requests: ok + failed,
    ...{ ok, failed },
    misses: sum(({ misses }) => misses),
    opsPerSecond: perSecond(ok),
    latency: merged(shards.flatMap(({ durations }) => durations)).summary(),
    latenessP99Ms: merged(seen.flatMap(({ lateness }) => decoded(lateness))).percentile(99),
    errors: mergedErrors(seen),
    moved: sum(({ moved }) => moved),
    asked: sum(({ asked }) => asked),
    sentBytesPerSecond: perSecond(sum(({ sentBytes }) => sentBytes)),
    receivedBytesPerSecond: perSecond(sum(({ receivedBytes }) => receivedBytes)),
    fill,
    nodes: measuredNodes,
    usage,
    memoryPerKeyBytes: memoryPerKey(nodes, after),
    bound: boundOf({
      ...{ cores: usage.cores, busy: usage.busy, threads: usage.threads, network: usage.network },
      rate: load.rate,
      nodes: measuredNodes.map(({ name, cpuSeconds }) => ({ name, cores: (cpuSeconds * 1000) / elapsedMs })),
      loadCores: (usage.loadCpuSeconds * 1000) / elapsedMs,
      opsPerSecond: perSecond(ok),
    }),
  };
}

interface Shard {
  readonly ok: number;
  readonly failed: number;
  readonly durations: readonly Durations[];
}

function mergedShard(parts: readonly ShardSeen[]): Shard {
  return {
    ok: parts.reduce((total, part) => total + part.ok, 0),
    failed: parts.reduce((total, part) => total + part.failed, 0),
    durations: parts.flatMap(({ latency }) => decoded(latency)),
  };
}

function decoded(text: string | null): Durations[] {
  return text === null ? [] : [Durations.decoded(text)];
}

function merged(all: readonly Durations[]): Durations {
  const sum = new Durations();
  for (const durations of all) sum.add(durations);
  return sum;
}

function mergedErrors(seen: readonly Seen[]): BenchResult['errors'] {
  const counts = new Map<string, number>();
  for (const { message, count } of seen.flatMap(({ errors }) => errors))
    counts.set(message, (counts.get(message) ?? 0) + count);
  return [...counts]
    .map(([message, count]) => ({ message, count }))
    .sort((a, b) => b.count - a.count || a.message.localeCompare(b.message));
}

function nodeOf(
  { name, role }: TargetNode,
  place: number,
  shard: Shard | undefined,
  before: Snapshot,
  after: Snapshot,
): BenchNode {
  const [then, now] = [before.nodes[place], after.nodes[place]];
  const latency: BenchLatency | null = merged(shard?.durations ?? []).summary();
  return {
    ...{ name, role, latency },
    ok: shard?.ok ?? 0,
    failed: shard?.failed ?? 0,
    cpuSeconds: (now?.cpuSeconds ?? 0) - (then?.cpuSeconds ?? 0),
    memoryBytes: now?.memoryBytes ?? 0,
    memoryGrowthBytes: (now?.memoryBytes ?? 0) - (then?.memoryBytes ?? 0),
    keys: now?.keys ?? 0,
  };
}

function usageOf(
  seen: readonly Seen[],
  nodes: readonly BenchNode[],
  { before, after, elapsedMs, ok }: Pick<Measured, 'before' | 'after'> & { elapsedMs: number; ok: number },
): BenchResult['usage'] {
  const nodesCpuSeconds = nodes.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
  const loadCpuSeconds = after.loadCpuSeconds - before.loadCpuSeconds;
  const busySeconds = after.busySeconds - before.busySeconds;
  const allSeconds = busySeconds + after.idleSeconds - before.idleSeconds;
  return {
    ...{ nodesCpuSeconds, loadCpuSeconds, cores: after.cores },
    // The kernel counts in hundredths of a second, each process for itself.
    otherCpuSeconds: Math.max(0, busySeconds - nodesCpuSeconds - loadCpuSeconds),
    busy: allSeconds > 0 ? busySeconds / allSeconds : 0,
    threads: seen.map(({ utilisation }) => utilisation),
    network: after.wires.map((wire) => wireUse(wire, before, elapsedMs)),
    opsPerNodeCpuSecond: nodesCpuSeconds > 0 ? ok / nodesCpuSeconds : null,
  };
}

function wireUse(
  { name, bytesPerSecond, sentBytes, receivedBytes }: Snapshot['wires'][number],
  before: Snapshot,
  elapsedMs: number,
): BenchResult['usage']['network'][number] {
  const then = before.wires.find((wire) => wire.name === name);
  const carried = Math.max(sentBytes - (then?.sentBytes ?? 0), receivedBytes - (then?.receivedBytes ?? 0));
  return { name, bytesPerSecond, share: elapsedMs > 0 ? (carried * 1000) / elapsedMs / bytesPerSecond : 0 };
}

/** Of all masters together; keys that were there before count as well. */
function memoryPerKey(nodes: readonly TargetNode[], { nodes: resources }: Snapshot): number | null {
  const masters = resources.filter((_, place) => nodes[place]?.role !== 'replica');
  const keys = masters.reduce((total, node) => total + node.keys, 0);
  if (keys < KEYS_TO_TELL) return null;
  return masters.reduce((total, node) => total + node.keyBytes, 0) / keys;
}
