import { bytes, printable } from '../../base/format.js';
import { count, percent, time, UNMEASURED } from '../figures.js';
import { mapText } from '../map-text.js';
import { textTable, type Cell } from '../text-table.js';
import { PLAIN } from '../text-style.js';
import type { ScalingReport, ScalingRow, Spread } from './model.js';
import type { BenchTextOptions } from './text.js';
import { loadText, mixText, roundsText, share } from './words.js';
import { wrap } from '../wrap.js';

/** Below it the spread has a table of its own. */
const WIDE = 130;

/** The comparison for a terminal: the figures, what was the limit, and whether they tell of scaling. */
export function renderScalingText(
  report: ScalingReport,
  { columns, style }: BenchTextOptions = { columns: 100, style: PLAIN },
): string {
  const safe = mapText(report, (text) => printable(text).replace(/[\n\t]/g, ' '));
  const { load, environment, rows, rounds, replicas, verdict } = safe;
  const isWide = columns >= WIDE;
  const each = replicas === 0 ? 'no replicas' : `${replicas} replicas of each master`;
  return [
    `${style.bold(mixText(load))}: ${environment.image} (${environment.serverVersion}) on ${environment.runtime}, ${each}`,
    ...wrap(`${loadText(load)}; ${roundsText(rounds)}`, columns).map(style.dim),
    '',
    ...textTable(
      [
        'TOPOLOGY',
        '>OPS/S',
        ...(isWide ? ['>SPREAD'] : []),
        '>P99',
        '>MEMORY LIMIT',
        '>FACTOR',
        '>EFFICIENCY',
        '>OPS/CPU S',
        'LIMIT',
        '>PROJECTED',
      ],
      rows.map((row): Cell[] => [
        row.topology,
        [count(row.opsPerSecond.median), style.bold],
        ...(isWide ? [spreadText(row.opsPerSecond)] : []),
        time(row.p99Ms?.median ?? null),
        row.memoryLimitBytes === null ? 'none' : bytes(row.memoryLimitBytes),
        `${row.factor.toFixed(2)} x`,
        percent(row.efficiency),
        row.opsPerNodeCpuSecond === null ? UNMEASURED : count(row.opsPerNodeCpuSecond.median),
        row.bound.by === 'node' ? row.bound.by : [row.bound.by, style.warn],
        [
          row.projectedOpsPerSecond === null ? UNMEASURED : `(${count(row.projectedOpsPerSecond)})`,
          style.dim,
        ],
      ]),
      style,
    ),
    '',
    ...rows.flatMap((row) => wrap(useText(row, isWide), columns).map(style.dim)),
    ...rows
      .filter(({ failed }) => failed > 0)
      .map((row) => style.bad(`${row.topology}: ${count(row.failed)} requests failed`)),
    '',
    ...verdict.why.flatMap((sentence, index) =>
      wrap(sentence, columns).map(index === 0 ? (verdict.showsScaling ? style.good : style.warn) : style.dim),
    ),
  ].join('\n');
}

function useText({ topology, use, opsPerSecond, memoryPerKeyBytes }: ScalingRow, isWide: boolean): string {
  const spread = isWide ? '' : `, ${spreadText(opsPerSecond)} ops/s`;
  const memory = memoryPerKeyBytes === null ? '' : `, ${bytes(Math.round(memoryPerKeyBytes))} a key`;
  return `${topology}: cores used by nodes ${use.nodes.toFixed(2)}, load ${use.load.toFixed(2)}, others ${use.others.toFixed(2)}${memory}${spread}`;
}

/** `95,000 to 101,000`. */
export function spreadText({ min, max, median }: Spread): string {
  const width = median > 0 ? ` (${share((max - min) / median)})` : '';
  return `${count(min)} to ${count(max)}${width}`;
}
