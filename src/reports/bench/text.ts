import { bytes, printable } from '../../base/format.js';
import { count, rate, time } from '../figures.js';
import { mapText } from '../map-text.js';
import { textTable, type Cell } from '../text-table.js';
import { MARKS, paintOf, PLAIN, type TextStyle } from '../text-style.js';
import { baselineHeadline, figureCells, peerText } from './beside.js';
import type { BaselineComparison, BenchLatency, BenchReport, BenchResult } from './model.js';
import { loadText, mixText, requestsText, share, targetText } from './words.js';
import { wrap } from '../wrap.js';

export interface BenchTextOptions {
  readonly columns: number;
  readonly style: TextStyle;
}

/** The report for a terminal. */
export function renderBenchText(
  report: BenchReport,
  { columns, style }: BenchTextOptions = { columns: 100, style: PLAIN },
): string {
  const safe = mapText(report, (text) => printable(text).replace(/[\n\t]/g, ' '));
  const { load, environment, result, peer, baseline } = safe;
  return [
    `${style.bold(mixText(load))} on "${environment.cluster}": ${targetText(environment)}`,
    ...wrap(loadText(load), columns).map(style.dim),
    '',
    headline(result, style),
    latencyLine(result.latency),
    requestsText(result),
    ...result.errors.map(({ message, count: times }) => style.bad(`  ${count(times)} x ${message}`)),
    `${count(result.moved)} MOVED, ${count(result.asked)} ASK; ${bytes(Math.round(result.sentBytesPerSecond))}/s sent, ${bytes(Math.round(result.receivedBytesPerSecond))}/s received`,
    ...lateness(result, style),
    ...fillLine(result),
    '',
    ...nodeTable(result, columns, style),
    '',
    ...usageLines(result),
    ...wrap(`bound: ${result.bound.why}`, columns).map(result.bound.by === 'rate' ? style.dim : style.warn),
    ...pathLine(environment.path, columns, style),
    ...(peer === null ? [] : ['', ...wrap(peerText(peer), columns)]),
    ...(baseline === null ? [] : ['', ...baselineLines(baseline, style)]),
  ].join('\n');
}

function headline({ opsPerSecond }: BenchResult, { bold }: TextStyle): string {
  return bold(`${count(opsPerSecond)} ops/s`);
}

function latencyLine(latency: BenchLatency | null): string {
  if (latency === null) return 'no request was answered';
  const { p50, p90, p99, p999, max } = latency;
  return `p50 ${time(p50)}   p90 ${time(p90)}   p99 ${time(p99)}   p99.9 ${time(p999)}   max ${time(max)}`;
}

/** Of a rate that the load itself could not keep, the latencies tell of the load. */
function lateness({ latenessP99Ms }: BenchResult, { dim }: TextStyle): string[] {
  return latenessP99Ms === null ? [] : [dim(`the load itself was late by ${time(latenessP99Ms)} at p99`)];
}

function fillLine({ fill }: BenchResult): string[] {
  if (fill === null) return [];
  const perSecond = fill.elapsedMs > 0 ? (fill.keys * 1000) / fill.elapsedMs : 0;
  return [`${count(fill.keys)} keys were written beforehand in ${time(fill.elapsedMs)} (${rate(perSecond)})`];
}

function nodeTable({ nodes, elapsedMs }: BenchResult, columns: number, style: TextStyle): string[] {
  const isWide = columns >= 96;
  const head = ['NODE', 'ROLE', '>OPS/S', '>P50', '>P99', ...(isWide ? ['>P99.9'] : []), '>MAX'];
  const rows = nodes.map((node): Cell[] => {
    const { name, role, ok, failed, latency, cpuSeconds, memoryBytes, keys } = node;
    const perSecond = elapsedMs > 0 ? (ok * 1000) / elapsedMs : 0;
    const at = (of: (figures: BenchLatency) => number) => time(latency === null ? null : of(latency));
    return [
      name,
      role,
      latency === null ? '-' : count(perSecond),
      at(({ p50 }) => p50),
      at(({ p99 }) => p99),
      ...(isWide ? [at(({ p999 }) => p999)] : []),
      at(({ max }) => max),
      failed === 0 ? '0' : [count(failed), style.bad],
      share((cpuSeconds * 1000) / elapsedMs),
      bytes(memoryBytes),
      ...(isWide ? [count(keys)] : []),
    ];
  });
  return textTable([...head, '>FAILED', '>CPU', '>MEMORY', ...(isWide ? ['>KEYS'] : [])], rows, style);
}

function usageLines({ usage, memoryPerKeyBytes }: BenchResult): string[] {
  const { nodesCpuSeconds, loadCpuSeconds, otherCpuSeconds, cores, busy, opsPerNodeCpuSecond } = usage;
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  return [
    `processor time: nodes ${seconds(nodesCpuSeconds)}, load ${seconds(loadCpuSeconds)}, others ${seconds(otherCpuSeconds)}: ${share(busy)} of ${cores} cores`,
    ...(opsPerNodeCpuSecond === null
      ? []
      : [`${count(opsPerNodeCpuSecond)} requests for each second of the nodes' processor time`]),
    ...(memoryPerKeyBytes === null ? [] : [`memory per key: ${bytes(Math.round(memoryPerKeyBytes))}`]),
  ];
}

function pathLine(path: 'nodes' | 'published', columns: number, { dim }: TextStyle): string[] {
  if (path === 'nodes') return [];
  const text =
    'path: through the published ports, where the engine may hand everything on by a process of its own (others)';
  return wrap(text, columns).map(dim);
}

function baselineLines(baseline: BaselineComparison, style: TextStyle): string[] {
  const paint = paintOf(baseline.verdict, style);
  return [
    style.bold(paint(`${MARKS[baseline.verdict]} ${baselineHeadline(baseline)}`)),
    ...textTable(
      ['', 'FIGURE', '>BEFORE', '>NOW', 'CHANGE'],
      baseline.figures.map((figure): Cell[] => {
        const [name, before, now, change] = figureCells(figure);
        return [MARKS[figure.verdict], name, before, now, [change, paintOf(figure.verdict, style)]];
      }),
      style,
    ),
    ...baseline.differences.map((difference) => style.warn(`not the same run: ${difference}`)),
  ];
}
