import { bytes } from '../../base/format.js';
import { count, percent, rate, time, UNMEASURED } from '../figures.js';
import { mapText } from '../map-text.js';
import { escaped, table } from '../markdown-parts.js';
import { baselineHeadline, figureCells, peerText } from './beside.js';
import type { BenchEnvironment, BenchReport, ScalingReport } from './model.js';
import { spreadText } from './scaling-text.js';
import { loadText, mixText, requestsText, roundsText, share, targetText } from './words.js';

/** The report as a comment on a pull request. */
export function renderBenchMarkdown(report: BenchReport | ScalingReport): string {
  const safe = mapText(report, escaped);
  const sections = safe.kind === 'bench' ? ofCluster(safe) : ofTopologies(safe);
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function ofCluster({ load, environment, result, peer, baseline }: BenchReport): string[] {
  const { latency, usage, nodes, elapsedMs } = result;
  return [
    `### ${mixText(load)}: ${count(result.opsPerSecond)} ops/s`,
    ...(baseline === null
      ? []
      : [
          `**${baseline.verdict === 'pass' ? '✅' : '❌'} ${baselineHeadline(baseline)}**`,
          table(['figure', '>before', '>now', 'change'], baseline.figures.map(figureCells)),
          baseline.differences.map((difference) => `- not the same run: ${difference}`).join('\n'),
        ]),
    `${targetText(environment)}; ${loadText(load)}.`,
    latency === null
      ? ''
      : table(
          ['>p50', '>p90', '>p99', '>p99.9', '>max'],
          [[latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(time)],
        ),
    `${requestsText(result)}; ${count(result.moved)} MOVED, ${count(result.asked)} ASK. Bound: ${result.bound.why}.`,
    peer === null ? '' : `${peerText(peer)}.`,
    details('Nodes and environment', [
      table(
        ['node', 'role', '>ops/s', '>p99', '>failed', '>CPU', '>memory', '>keys'],
        nodes.map((node) => [
          ...[node.name, node.role, rate((node.ok * 1000) / elapsedMs), time(node.latency?.p99 ?? null)],
          ...[count(node.failed), share((node.cpuSeconds * 1000) / elapsedMs)],
          ...[bytes(node.memoryBytes), count(node.keys)],
        ]),
      ),
      `Processor time: nodes ${usage.nodesCpuSeconds.toFixed(1)} s, load ${usage.loadCpuSeconds.toFixed(1)} s, others ${usage.otherCpuSeconds.toFixed(1)} s (${share(usage.busy)} of ${usage.cores} cores).`,
      machine(environment),
    ]),
  ];
}

function ofTopologies({ load, environment, rows, rounds, verdict }: ScalingReport): string[] {
  return [
    `### ${mixText(load)} on ${rows.map(({ topology }) => topology).join(', ')}`,
    `${loadText(load)}; ${roundsText(rounds)}.`,
    table(
      [
        'topology',
        '>ops/s',
        '>p99',
        '>memory limit',
        '>factor',
        '>efficiency',
        '>ops per CPU second',
        'limit',
        '>projected',
      ],
      rows.map((row) => [
        row.topology,
        count(row.opsPerSecond.median),
        time(row.p99Ms?.median ?? null),
        row.memoryLimitBytes === null ? 'none' : bytes(row.memoryLimitBytes),
        `${row.factor.toFixed(2)} x`,
        percent(row.efficiency),
        row.opsPerNodeCpuSecond === null ? UNMEASURED : count(row.opsPerNodeCpuSecond.median),
        row.bound.by,
        row.projectedOpsPerSecond === null ? UNMEASURED : `(${count(row.projectedOpsPerSecond)})`,
      ]),
    ),
    ...verdict.why,
    details('Spread and environment', [
      table(
        ['topology', '>ops/s', '>nodes', '>load', '>others'],
        rows.map(({ topology, opsPerSecond, use }) => [
          topology,
          spreadText(opsPerSecond),
          ...[use.nodes, use.load, use.others].map((cores) => `${cores.toFixed(2)} cores`),
        ]),
      ),
      machine(environment),
    ]),
  ];
}

function machine({
  image,
  serverVersion,
  runtime,
  cpu,
  cores,
  memoryBytes,
  node,
}: Pick<
  BenchEnvironment,
  'image' | 'serverVersion' | 'runtime' | 'cpu' | 'cores' | 'memoryBytes' | 'node'
>): string {
  return `${image} (${serverVersion}) on ${runtime}; ${cores} x ${cpu}, ${bytes(memoryBytes)}, Node.js ${node}`;
}

function details(summary: string, parts: readonly string[]): string {
  return ['<details>', `<summary>${summary}</summary>`, ...parts, '</details>'].join('\n\n');
}
