import type { BenchReport, ScalingReport } from '../../reports/bench/model.js';
import { renderScalingText } from '../../reports/bench/scaling-text.js';
import { renderBenchText, type BenchTextOptions } from '../../reports/bench/text.js';
import { STYLE, columnsOfTerminal } from './text-style.js';

const options = (): BenchTextOptions => ({ columns: columnsOfTerminal(), style: STYLE });

export function benchText(report: BenchReport): string {
  return renderBenchText(report, options());
}

export function scalingText(report: ScalingReport): string {
  return renderScalingText(report, options());
}
