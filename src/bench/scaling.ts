import { plural } from '../base/format.js';
import type { Topology } from '../config/bench-schema.js';
import type { BenchResult, ScalingRow, ScalingVerdict, Spread } from '../reports/bench/model.js';

/** What the runs of several topologies say together. Pure. */

export interface TopologyRuns {
  readonly topology: Topology;
  /** One a round. */
  readonly results: readonly BenchResult[];
  /** Of one master; 0 for none. */
  readonly maxmemoryBytes: number;
}

export function mastersOf(topology: Topology): number {
  return topology === 'single' ? 1 : topology;
}

export function nameOf(topology: Topology): string {
  return topology === 'single' ? 'single' : plural(topology, 'master');
}

/** The lower one of the two in the middle, so that it is a run that there was. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return { median, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

export function scalingRows(all: readonly TopologyRuns[]): ScalingRow[] {
  const [first] = all;
  if (first === undefined) return [];
  const baseOps = spreadOf(first.results.map(({ opsPerSecond }) => opsPerSecond)).median;
  return all.map(({ topology, results, maxmemoryBytes }) => {
    const masters = mastersOf(topology);
    const opsPerSecond = spreadOf(results.map((result) => result.opsPerSecond));
    const middle = results.find((result) => result.opsPerSecond === opsPerSecond.median);
    if (middle === undefined) throw new RangeError(`${nameOf(topology)} was never measured`);
    const factor = baseOps > 0 ? opsPerSecond.median / baseOps : 0;
    return {
      topology: nameOf(topology),
      ...{ masters, opsPerSecond, factor },
      p99Ms: spreadOfKnown(results.map(({ latency }) => latency?.p99)),
      failed: results.reduce((sum, { failed }) => sum + failed, 0),
      memoryLimitBytes: maxmemoryBytes > 0 ? masters * maxmemoryBytes : null,
      memoryPerKeyBytes: middle.memoryPerKeyBytes,
      efficiency: (factor * mastersOf(first.topology)) / masters,
      opsPerNodeCpuSecond: spreadOfKnown(results.map(({ usage }) => usage.opsPerNodeCpuSecond ?? undefined)),
      bound: middle.bound,
      use: coresUsed(middle),
      projectedOpsPerSecond: projection(results, masters),
    };
  });
}

function spreadOfKnown(values: readonly (number | undefined)[]): Spread | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : spreadOf(known);
}

function coresUsed({ usage, elapsedMs }: BenchResult): ScalingRow['use'] {
  const cores = (seconds: number) => (elapsedMs > 0 ? (seconds * 1000) / elapsedMs : 0);
  return {
    nodes: cores(usage.nodesCpuSeconds),
    load: cores(usage.loadCpuSeconds),
    others: cores(usage.otherCpuSeconds),
  };
}

/** What a second of a master's processor time was good for, times the masters. Replicas have machines of their own then. */
function projection(results: readonly BenchResult[], masters: number): number | null {
  const perSecond = results.flatMap(({ ok, nodes }) => {
    const seconds = nodes
      .filter(({ role }) => role !== 'replica')
      .reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    return seconds > 0 ? [ok / seconds] : [];
  });
  return perSecond.length === 0 ? null : spreadOf(perSecond).median * masters;
}

/** Whether the rows tell of the nodes at all, in plain words. */
export function scalingVerdict(rows: readonly ScalingRow[], cores: number): ScalingVerdict {
  const limited = rows.filter(({ bound }) => bound.by !== 'node');
  const [first] = limited;
  if (first === undefined)
    return {
      showsScaling: true,
      why: ['In every row a node was the limit, so the rows show how the nodes scale.'],
    };
  return { showsScaling: false, why: [...limitText(first, cores), ...projectionText(rows)] };
}

function limitText({ topology, bound, use }: ScalingRow, cores: number): string[] {
  const head = `This run cannot show scaling: with ${topology}`;
  switch (bound.by) {
    case 'cores':
      return [
        `${head} all ${cores} cores of this machine were busy: nodes on ${use.nodes.toFixed(1)}, the load itself on ${use.load.toFixed(1)}, others on ${use.others.toFixed(1)} of them.`,
        'More masters share the same cores, and every process more takes its part of them.',
      ];
    case 'load':
      return [`${head} the load was the limit, while nodes had time to spare.`];
    case 'network':
      return [`${head} the network was the limit: ${bound.why}.`];
    case 'rate':
      return [`${head} the rate that was asked for was kept, so the limit was not reached.`];
    case 'clients':
      return [`${head} nobody was short of time: more clients, or deeper pipelines, would ask for more.`];
    case 'node':
      return [];
  }
}

function projectionText(rows: readonly ScalingRow[]): string[] {
  if (rows.every(({ projectedOpsPerSecond }) => projectedOpsPerSecond === null)) return [];
  return [
    'The projection is what the masters would do with a core of a machine of their own each, by their processor time for each request; no network, no other client in the way. It is not a measurement.',
  ];
}
