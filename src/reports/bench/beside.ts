import { count, percent, time } from '../figures.js';
import type { BaselineComparison, BaselineFigure, BenchPeer } from './model.js';

/** What stands beside a benchmark's own figures: another tool's, and those of an earlier run. In words. */

/** `client overhead 12 %`, with the tool's figures. */
export function peerText({ tool, opsPerSecond, p50, p99, max, clientOverhead }: BenchPeer): string {
  const overhead =
    clientOverhead >= 0
      ? `client overhead ${percent(clientOverhead)}`
      : `no client overhead: ${percent(-clientOverhead)} more than it`;
  return `${tool}: ${count(opsPerSecond)} ops/s, p50 ${time(p50)}, p99 ${time(p99)}, max ${time(max)}; ${overhead}`;
}

export function baselineHeadline({ file, tolerance, verdict }: BaselineComparison): string {
  const words = verdict === 'pass' ? 'no worse than' : 'worse than';
  return `${words} ${file} (tolerance ${percent(tolerance)})`;
}

/** What it was, what it is, and how far that is apart. */
export function figureCells(figure: BaselineFigure): readonly [string, string, string, string] {
  return [figure.name, valueText(figure, figure.before), valueText(figure, figure.now), changeText(figure)];
}

function valueText({ unit }: BaselineFigure, value: number): string {
  switch (unit) {
    case 'ops/s':
      return `${count(value)} ops/s`;
    case 'ms':
      return time(value);
    case 'share':
      return percent(value);
  }
}

function changeText({ worsening, unit }: BaselineFigure): string {
  if (worsening === 0) return 'the same';
  const size = percent(Math.abs(worsening));
  const points = unit === 'share' ? ' of all' : '';
  return `${size}${points} ${worsening > 0 ? 'worse' : 'better'}`;
}
