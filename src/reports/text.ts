import { plural, printable } from '../base/format.js';
import { count, percent, time } from './figures.js';
import { mapText } from './map-text.js';
import type { DrillReport, DrillRun, Spread } from './model.js';
import {
  adviceOf,
  expectationsOf,
  expectedText,
  PHASES,
  phasesOf,
  reasonOf,
  runToShow,
  verdictOf,
  type Expectation,
} from './outcome.js';
import { phaseBar, sparklines } from './text-pictures.js';
import { MARKS, paintOf, PLAIN, type TextStyle } from './text-style.js';
import { textTable, type Cell } from './text-table.js';
import { marked, wrap } from './wrap.js';

const MOST_ERRORS = 3;
const INDENT = '  ';

export interface TextOptions {
  /** How wide the terminal is; nothing but a long name makes a line longer. */
  readonly columns: number;
  /** Default: no colours. */
  readonly style?: TextStyle;
}

/** The report for a terminal. What nodes and clients said is shown, not obeyed. */
export function renderText(report: DrillReport, { columns, style = PLAIN }: TextOptions): string {
  const safe = mapText(report, (text) => printable(text).replace(/[\n\t]/g, ' '));
  const scene: Scene = { report: safe, style, columns };
  const run = runToShow(safe);
  const sections = [
    head(scene),
    ...(run === undefined ? [] : [runs(scene), ...oneRun(scene, run)]),
    expectations(scene),
    advice(scene),
    verdict(scene),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

interface Scene {
  readonly report: DrillReport;
  readonly style: TextStyle;
  readonly columns: number;
}

function head({ report, style, columns }: Scene): string[] {
  const { environment, drill, question } = report;
  const { masters, replicas, nodeTimeoutMs, serverVersion, image, runtime, load, seed } = environment;
  const where = `${plural(masters, 'master')}, ${plural(replicas, 'replica')}, node timeout ${nodeTimeoutMs} ms, Redis ${serverVersion} (${image} on ${runtime}), ${count(load.rate)} requests a second, seed ${seed}`;
  return [
    `${style.bold(drill)}  ${outcome(report, style)}`,
    ...wrap(question, columns),
    ...wrap(where, columns).map(style.dim),
  ];
}

function outcome({ verdict }: DrillReport, style: TextStyle): string {
  return style.bold(paintOf(verdict, style)(verdict.toUpperCase()));
}

/** With several runs: each of them, and how far they are apart. */
function runs({ report, style }: Scene): string[] {
  if (report.runs.length < 2) return [];
  const { summary } = report;
  const rows = report.runs.map((run): Cell[] => {
    const verdict = verdictOf(report, run);
    return [
      String(run.number),
      ...phasesOf(run).map(({ measuredMs }) => time(measuredMs)),
      count(run.writes.failed),
      lostCell(run.writes.lost, style),
      run.promoted ?? '-',
      [verdict, paintOf(verdict, style)],
    ];
  });
  const spreads = ([...PHASES, 'outage'] as const).map((name) => spreadRow(name, summary[`${name}Ms`]));
  return [
    ...textTable(
      ['RUN', '>DETECT', '>ELECT', '>RECOVER', '>OUTAGE', '>FAILED', '>LOST', 'PROMOTED', 'VERDICT'],
      rows,
      style,
    ),
    '',
    ...textTable(['OVER ALL RUNS', '>MIN', '>P50', '>P90', '>MAX', '>MEASURED IN'], spreads, style),
  ];
}

function spreadRow(name: string, spread: Spread | null): Cell[] {
  if (spread === null) return [name, '-', '-', '-', '-', '0'];
  const { min, p50, p90, max, runs: measured } = spread;
  return [name, ...[min, p50, p90, max].map(time), String(measured)];
}

/** The run that says most. */
function oneRun(scene: Scene, run: DrillRun): string[][] {
  return [
    summary(scene, run),
    phases(scene, run),
    sparklines(run, scene.columns, scene.style),
    profiles(scene, run),
  ];
}

function summary({ report, style, columns }: Scene, run: DrillRun): string[] {
  const { writes, victim, promoted, outageMs, error } = run;
  const title = report.runs.length < 2 ? '' : `run ${run.number}: `;
  const struck = victim === null ? 'no node was struck' : `${victim} was struck`;
  const followed = promoted === null ? '' : `, ${promoted} took over`;
  const wrote = outageMs === null ? '' : `; its slots took no writes for ${time(outageMs)}`;
  const lost = writes.lost === 0 ? 'none lost' : style.bad(`${count(writes.lost)} LOST`);
  const lines = wrap(
    `writes: ${count(writes.attempted)} attempted, ${count(writes.acknowledged)} acknowledged, ${count(writes.failed)} failed; of the acknowledged`,
    columns - 'none lost'.length - 1,
  );
  return [
    style.bold(`${title}${struck}${followed}${wrote}`),
    ...lines.map((line, index) => (index === lines.length - 1 ? `${line} ${lost}` : line)),
    ...(error === null ? [] : wrap(`the run failed: ${error}`, columns).map(style.bad)),
  ];
}

function phases({ style, columns }: Scene, run: DrillRun): string[] {
  if (phasesOf(run).every(({ measuredMs }) => measuredMs === null)) return [];
  const rows = phasesOf(run).map((phase): Cell[] => [
    phase.name,
    time(phase.measuredMs),
    [expectedText(phase), phase.isExpected === false ? style.warn : style.dim],
  ]);
  const bar = phaseBar(run, columns, style);
  return [
    ...bar,
    ...(bar.length === 0 ? [] : ['']),
    ...textTable(['PHASE', '>MEASURED', 'EXPECTED'], rows, style),
    ...run.remarks.flatMap((remark) => marked('!', remark, columns, style.warn)),
  ];
}

function profiles({ style, columns }: Scene, run: DrillRun): string[] {
  if (run.profiles.length === 0) return [];
  const rows = run.profiles.map(({ name, outageMs, writes, reads, latency }): Cell[] => [
    name,
    time(outageMs),
    count(writes.failed + reads.failed),
    lostCell(writes.lost, style),
    count(reads.stale),
    count(writes.duplicated),
    ...[latency.before, latency.during, latency.after].map((figures) => time(figures?.p99 ?? null)),
  ]);
  const errors = run.profiles.flatMap(({ name, errors: all }) =>
    all
      .slice(0, MOST_ERRORS)
      .flatMap((error) => marked(`${name}:`, `${count(error.count)} x ${error.message}`, columns, style.dim)),
  );
  return [
    ...textTable(
      ['CLIENT', '>OUTAGE', '>FAILED', '>LOST', '>STALE', '>TWICE', '>P99 BEFORE', '>DURING', '>AFTER'],
      rows,
      style,
    ),
    ...errors,
  ];
}

function lostCell(lost: number, style: TextStyle): Cell {
  return lost === 0 ? '0' : [count(lost), style.bad];
}

function expectations({ report, style, columns }: Scene): string[] {
  return expectationsOf(report).flatMap((expectation) => {
    const { verdict, text } = expectation;
    const mark = paintOf(verdict, style)(MARKS[verdict]);
    const lines = wrap(`${text}: ${measuredText(report, expectation)}`, columns - INDENT.length);
    return lines.map((line, index) => (index === 0 ? `${mark} ${line}` : `${INDENT}${line}`));
  });
}

function measuredText({ runs: all }: DrillReport, { results }: Expectation): string {
  const measured = results.map((result) => {
    const value = result.verdict === 'skip' ? 'skipped' : (result.measured ?? 'not measured');
    return result.verdict === 'fail' && all.length > 1 ? `${value} (run ${result.run})` : value;
  });
  return [...new Set(measured)].join(', ');
}

function advice({ report, style, columns }: Scene): string[] {
  const lines = adviceOf(report).flatMap(({ profile, advice: sentences }) =>
    sentences.flatMap((sentence) => marked(`${profile}:`, sentence, columns)),
  );
  return lines.length === 0 ? [] : [style.bold('What would have helped'), ...lines];
}

function verdict({ report, style, columns }: Scene): string[] {
  const {
    drill,
    summary: { errorRatio, writes },
  } = report;
  const figures =
    report.runs.length < 2
      ? []
      : [
          style.dim(
            `${plural(report.runs.length, 'run')}: ${count(writes.attempted)} writes, ${count(writes.lost)} lost; ${percent(errorRatio)} of all requests failed`,
          ),
        ];
  const [first = '', ...rest] = wrap(`${drill}: ${reasonOf(report)}`, columns - 'PASS  '.length);
  return [...figures, `${outcome(report, style)}  ${first}`, ...rest.map((line) => `      ${line}`)];
}
