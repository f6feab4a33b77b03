import { bytes } from '../base/format.js';
import { count, instant, moment, percent, time } from './figures.js';
import { mapText } from './map-text.js';
import { escaped, table } from './markdown-parts.js';
import type { DrillReport, DrillRun, Verdict } from './model.js';
import {
  adviceOf,
  expectationsOf,
  expectedText,
  phasesOf,
  reasonOf,
  runToShow,
  verdictOf,
} from './outcome.js';

const ICONS: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', skip: '⏭️' };
/** Beside each other; a pull request is no wider. */
const MOST_RUNS = 5;

/** The report as a comment on a pull request: the verdict first, what few will read folded away. */
export function renderMarkdown(report: DrillReport): string {
  const safe = mapText(report, escaped);
  const run = runToShow(safe);
  const sections = [
    `### ${ICONS[safe.verdict]} ${safe.drill}: ${safe.verdict}`,
    reasonOf(safe),
    expectations(safe),
    runs(safe),
    ...(run === undefined ? [] : [phases(safe, run), profiles(run)]),
    advice(safe),
    details(safe, run),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function expectations(report: DrillReport): string {
  const all = expectationsOf(report);
  if (all.length === 0) return '';
  if (report.runs.length > MOST_RUNS)
    return table(
      ['', 'expectation', '>met', 'missed in'],
      all.map(({ text, verdict, results }) => {
        const missed = results.filter((result) => result.verdict === 'fail');
        const met = results.filter((result) => result.verdict === 'pass').length;
        const where = missed.map((result) => `run ${result.run}: ${result.measured ?? '-'}`).join(', ');
        return [ICONS[verdict], text, `${met} of ${results.length}`, where];
      }),
    );
  const numbers = report.runs.map(({ number }) => number);
  return table(
    ['', 'expectation', ...numbers.map((number) => (numbers.length < 2 ? '>measured' : `>run ${number}`))],
    all.map(({ text, verdict, results }) => [
      ICONS[verdict],
      text,
      ...numbers.map((number) => {
        const result = results.find(({ run }) => run === number);
        const measured = result?.measured ?? '-';
        return result?.verdict === 'fail' ? `**${measured}**` : measured;
      }),
    ]),
  );
}

function runs(report: DrillReport): string {
  if (report.runs.length < 2) return '';
  const { outageMs, writes, errorRatio } = report.summary;
  const spread =
    outageMs === null
      ? ''
      : `, outage ${time(outageMs.min)} to ${time(outageMs.max)}, p50 ${time(outageMs.p50)}, p90 ${time(outageMs.p90)}`;
  return `${report.runs.length} runs${spread}; ${count(writes.lost)} of ${count(writes.acknowledged)} acknowledged writes lost, ${percent(errorRatio)} of all requests failed.`;
}

function phases(report: DrillReport, run: DrillRun): string {
  const which = report.runs.length < 2 ? '' : `Run ${run.number}: `;
  const promoted = run.promoted === null ? '' : `, ${run.promoted} took over`;
  const title = `**${which}${run.victim === null ? 'no node was struck' : `${run.victim} was struck`}${promoted}**`;
  const all = phasesOf(run);
  const rows = [
    ['measured', ...all.map(({ measuredMs }) => time(measuredMs))],
    ['expected', ...all.map(expectedText)],
  ];
  const figures = all.every(({ measuredMs }) => measuredMs === null)
    ? []
    : [table(['', ...all.map(({ name }) => `>${name}`)], rows)];
  return [title, ...figures, ...run.remarks.map((remark) => `- ⚠️ ${remark}`)].join('\n\n');
}

function profiles(run: DrillRun): string {
  if (run.profiles.length === 0) return '';
  const head = [
    'client',
    '>outage',
    '>failed',
    '>lost',
    '>stale',
    '>twice',
    '>p99 before',
    '>during',
    '>after',
  ];
  return table(
    head,
    run.profiles.map(({ name, outageMs, writes, reads, latency }) => [
      name,
      time(outageMs),
      count(writes.failed + reads.failed),
      count(writes.lost),
      count(reads.stale),
      count(writes.duplicated),
      ...[latency.before, latency.during, latency.after].map((figures) => time(figures?.p99 ?? null)),
    ]),
  );
}

function advice(report: DrillReport): string {
  const lines = adviceOf(report).flatMap(({ profile, advice: sentences }) =>
    sentences.map((sentence) => `- ${profile}: ${sentence}`),
  );
  return lines.length === 0 ? '' : ['What would have helped:', '', ...lines].join('\n');
}

function details(report: DrillReport, run: DrillRun | undefined): string {
  const { environment } = report;
  const { settings, versions, load, cpu, memoryBytes } = environment;
  const facts: [string, string][] = [
    ['nodes', `${environment.masters} masters, ${environment.replicas} replicas on ${environment.runtime}`],
    ['image', `${environment.image}, Redis ${environment.serverVersion}`],
    ['node timeout', `${environment.nodeTimeoutMs} ms`],
    [
      'load',
      `${count(load.rate)} requests a second, ${percent(load.readRatio)} reads, ${load.valueBytes} B values`,
    ],
    ['machine', `${cpu}, ${bytes(memoryBytes)}`],
    ['started', instant(environment.startedAt)],
    ['seed', String(environment.seed)],
    ...Object.entries(settings),
    ...Object.entries(versions),
  ];
  const timeline =
    run === undefined || run.timeline.length === 0
      ? []
      : [
          table(
            ['>at', 'node', 'event'],
            run.timeline.map(({ atMs, node, event }) => [moment(atMs), node, event]),
          ),
        ];
  const each =
    report.runs.length <= MOST_RUNS
      ? []
      : [
          table(
            ['>run', '>outage', '>failed', '>lost', 'verdict'],
            report.runs.map((one) => [
              String(one.number),
              time(one.outageMs),
              count(one.writes.failed),
              count(one.writes.lost),
              verdictOf(report, one),
            ]),
          ),
        ];
  const parts = [...each, ...timeline, table(['environment', ''], facts)];
  return ['<details>', '<summary>Timeline and environment</summary>', ...parts, '</details>'].join('\n\n');
}
