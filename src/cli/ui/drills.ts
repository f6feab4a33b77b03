import chalk from 'chalk';
import type { Scenario } from '../../config/scenario.js';
import type { DrillReport } from '../../reports/model.js';
import { renderSmokeText } from '../../reports/smoke-text.js';
import type { SmokeReport } from '../../reports/smoke-model.js';
import { renderText } from '../../reports/text.js';
import { STYLE, columnsOfTerminal } from './text-style.js';

export function drillText(report: DrillReport): string {
  return renderText(report, { columns: columnsOfTerminal(), style: STYLE });
}

export function smokeText(report: SmokeReport): string {
  return renderSmokeText(report, STYLE);
}

/** What `drill list` prints: what each scenario is called, and what it answers. */
export function scenariosText(scenarios: readonly Pick<Scenario, 'name' | 'question'>[]): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return scenarios.map(({ name, question }) => `${chalk.bold(name.padEnd(width))}  ${question}`).join('\n');
}
