import type { BenchLoad, BenchReport, BenchResult } from '../../../src/reports/bench/model.js';

export const load: BenchLoad = {
  workload: 'set',
  mix: { set: 1 },
  ops: null,
  durationMs: 10_000,
  rate: null,
  clients: 50,
  pipeline: 1,
  valueBytes: [100, 100],
  keyspace: 100_000,
  distribution: 'uniform',
  hashTags: false,
  threads: 2,
  warmUpMs: 1000,
  seed: 1,
};

const latency = (p99: number) => ({
  count: 1000,
  p50: p99 / 4,
  p90: p99 / 2,
  p99,
  p999: p99 * 2,
  max: p99 * 3,
});

/** A result with this throughput, whose masters used so much processor time in its ten seconds. */
export function resultWith(
  opsPerSecond: number,
  {
    cpuSeconds = 1,
    masters = 1,
    p99 = 2,
    by = 'cores',
  }: { cpuSeconds?: number; masters?: number; p99?: number; by?: BenchResult['bound']['by'] } = {},
): BenchResult {
  const ok = opsPerSecond * 10;
  return {
    elapsedMs: 10_000,
    requests: ok,
    ...{ ok, failed: 0, misses: 0, opsPerSecond },
    latency: latency(p99),
    latenessP99Ms: null,
    errors: [],
    ...{ moved: 0, asked: 0, sentBytesPerSecond: 1_000_000, receivedBytesPerSecond: 50_000 },
    fill: null,
    nodes: Array.from({ length: masters }, (_, index) => ({
      name: `node-${index + 1}`,
      role: 'master' as const,
      ok: ok / masters,
      failed: 0,
      latency: latency(p99),
      cpuSeconds: cpuSeconds / masters,
      memoryBytes: 2_000_000,
      memoryGrowthBytes: 1_000_000,
      keys: 1000,
    })),
    usage: {
      nodesCpuSeconds: cpuSeconds,
      loadCpuSeconds: 8,
      otherCpuSeconds: 1,
      cores: 2,
      busy: 0.97,
      threads: [0.5, 0.6],
      network: [],
      opsPerNodeCpuSecond: ok / cpuSeconds,
    },
    memoryPerKeyBytes: 180,
    bound: { by, why: 'all 2 cores of this machine were busy' },
  };
}

export function reportWith(result: BenchResult): BenchReport {
  return {
    kind: 'bench',
    load,
    environment: {
      cluster: 'lab',
      runtime: 'docker',
      image: 'redis:7-alpine',
      serverVersion: '7.0.15',
      masters: 3,
      replicas: 0,
      path: 'nodes',
      cores: 2,
      cpu: 'Some CPU',
      memoryBytes: 8 * 1024 ** 3,
      node: 'v20.19.0',
      startedAt: '2026-03-14T09:26:53.000Z',
    },
    result,
    peer: null,
    baseline: null,
  };
}
