import type { DurationSummary } from '../../base/durations.js';

/**
 * What `bench` measured: everything that its reports show. Times are milliseconds, sizes bytes. Null stands where nothing was
 * measured.
 */
export interface BenchReport {
  readonly kind: 'bench';
  readonly load: BenchLoad;
  readonly environment: BenchEnvironment;
  readonly result: BenchResult;
  /** The server's own tool on the same keys; null when it was not asked for. */
  readonly peer: BenchPeer | null;
  /** Null when there was nothing to compare with. */
  readonly baseline: BaselineComparison | null;
}

export interface BenchLoad {
  /** Its name, or its file. */
  readonly workload: string;
  /** The weight of each command. */
  readonly mix: Readonly<Record<string, number>>;
  /** One of the two says when it ends. */
  readonly ops: number | null;
  readonly durationMs: number | null;
  /** Requests a second; null: each client sends as soon as it has its answer. */
  readonly rate: number | null;
  readonly clients: number;
  readonly pipeline: number;
  /** The least and the most. */
  readonly valueBytes: readonly [number, number];
  readonly keyspace: number;
  readonly distribution: 'uniform' | 'zipf' | 'grouped';
  readonly hashTags: boolean;
  readonly threads: number;
  readonly warmUpMs: number;
  readonly seed: number;
}

export interface BenchEnvironment {
  readonly cluster: string;
  readonly runtime: string;
  readonly image: string;
  readonly serverVersion: string;
  readonly masters: number;
  readonly replicas: number;
  /** `nodes`: to their own addresses; `published`: to the ports that clients on this host are told. */
  readonly path: 'nodes' | 'published';
  readonly cores: number;
  readonly cpu: string;
  readonly memoryBytes: number;
  readonly node: string;
  readonly startedAt: string;
}

export type BenchLatency = DurationSummary;

export interface BenchResult {
  readonly elapsedMs: number;
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
  /** Reads of keys that are not there. */
  readonly misses: number;
  /** Of the requests that succeeded. */
  readonly opsPerSecond: number;
  /** In an open loop from when a request was due. */
  readonly latency: BenchLatency | null;
  /** How late the load itself sent requests of a fixed rate, at p99. */
  readonly latenessP99Ms: number | null;
  readonly errors: readonly { readonly message: string; readonly count: number }[];
  readonly moved: number;
  readonly asked: number;
  readonly sentBytesPerSecond: number;
  readonly receivedBytesPerSecond: number;
  /** The time that it took to write every key beforehand; null when nothing is read. */
  readonly fill: { readonly keys: number; readonly elapsedMs: number } | null;
  readonly nodes: readonly BenchNode[];
  readonly usage: BenchUsage;
  readonly memoryPerKeyBytes: number | null;
  readonly bound: Bound;
}

export interface BenchNode {
  readonly name: string;
  readonly role: 'master' | 'replica' | 'single';
  readonly ok: number;
  readonly failed: number;
  readonly latency: BenchLatency | null;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly memoryGrowthBytes: number;
  readonly keys: number;
}

/** Processor time over the run, in seconds. */
export interface BenchUsage {
  readonly nodesCpuSeconds: number;
  readonly loadCpuSeconds: number;
  /** Everything else on this machine: proxies, the kernel, other programs. */
  readonly otherCpuSeconds: number;
  readonly cores: number;
  /** The share of the cores' time that was used. */
  readonly busy: number;
  /** Of each thread of the load, the share of the time that it was at work. */
  readonly threads: readonly number[];
  /** The wires to nodes on other machines: of each its speed, and the share of it that was used in the busier direction. */
  readonly network: readonly {
    readonly name: string;
    readonly bytesPerSecond: number;
    readonly share: number;
  }[];
  /** Requests for each second of the nodes' processor time: what scales when nodes have machines of their own. */
  readonly opsPerNodeCpuSecond: number | null;
}

/** What kept the figure from being higher. */
export interface Bound {
  /** `rate`: no more was asked for; `clients`: they waited for answers, and nothing was short. */
  readonly by: 'cores' | 'load' | 'network' | 'node' | 'rate' | 'clients';
  /** A sentence. */
  readonly why: string;
}

export interface BenchPeer {
  /** `redis-benchmark 7.0.15`. */
  readonly tool: string;
  readonly opsPerSecond: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  /** By how much our figure is below the tool's, of the tool's: `client overhead`; below 0 when it is above. */
  readonly clientOverhead: number;
}

export interface BaselineComparison {
  readonly file: string;
  /** A share of one. */
  readonly tolerance: number;
  readonly figures: readonly BaselineFigure[];
  /** Settings in which the two runs differ, a sentence each: what is compared may not be comparable. */
  readonly differences: readonly string[];
  readonly verdict: 'pass' | 'fail';
}

export interface BaselineFigure {
  readonly name: string;
  readonly unit: 'ops/s' | 'ms' | 'share';
  readonly before: number;
  readonly now: number;
  /** Above 0 when it became worse, of what it was. */
  readonly worsening: number;
  readonly verdict: 'pass' | 'fail';
}

/** What `bench --compare` measured: the same load on several topologies, in rounds. */
export interface ScalingReport {
  readonly kind: 'bench-scaling';
  readonly load: BenchLoad;
  /** Of the first topology's run, as far as all have it in common. */
  readonly environment: Omit<BenchEnvironment, 'cluster' | 'masters' | 'replicas'>;
  readonly replicas: number;
  readonly rounds: number;
  readonly rows: readonly ScalingRow[];
  readonly verdict: ScalingVerdict;
}

/** The median of all rounds, with the least and the most. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface ScalingRow {
  /** `single`, `3 masters`. */
  readonly topology: string;
  readonly masters: number;
  readonly opsPerSecond: Spread;
  readonly p99Ms: Spread | null;
  readonly failed: number;
  /** Of all masters together; null when there is none. */
  readonly memoryLimitBytes: number | null;
  readonly memoryPerKeyBytes: number | null;
  /** Throughput over that of the first row. */
  readonly factor: number;
  /** The factor over how many times as many masters there are. */
  readonly efficiency: number;
  readonly opsPerNodeCpuSecond: Spread | null;
  /** Of the round with the median throughput. */
  readonly bound: Bound;
  /** In cores, of the same round. */
  readonly use: { readonly nodes: number; readonly load: number; readonly others: number };
  /**
   * A projection, not a measurement: what this many masters would do if each had a core of a machine of its own to itself, and
   * neither network nor clients were in the way; from the masters' processor time for each request.
   */
  readonly projectedOpsPerSecond: number | null;
}

export interface ScalingVerdict {
  /** Whether the nodes themselves were the limit of every row. */
  readonly showsScaling: boolean;
  /** Sentences. */
  readonly why: readonly string[];
}
