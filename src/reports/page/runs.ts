import { count, moment, time } from '../figures.js';
import type { DrillReport, DrillRun } from '../model.js';
import { runToShow, verdictOf } from '../outcome.js';
import { clients } from './clients.js';
import { html, type Markup } from './markup.js';
import { overTime } from './over-time.js';
import { alarming, badge, orDash, table } from './parts.js';
import { phaseBar, phaseTable, spreadTable } from './phases.js';

/** All runs side by side; with one there is nothing to compare. */
export function runsTable(report: DrillReport): Markup | null {
  const { runs } = report;
  if (runs.length < 2) return null;
  const longest = Math.max(...runs.map(({ outageMs }) => outageMs ?? 0));
  const rows = runs.map((run) => [
    html`<a href="#run-${run.number}">Run ${run.number}</a>`,
    badge(verdictOf(report, run)),
    ...[run.detectMs, run.electMs, run.recoverMs, run.outageMs].map(time),
    phaseBar(run, longest),
    count(run.writes.failed),
    alarming(run.writes.lost, count(run.writes.lost)),
    orDash(run.promoted),
  ]);
  const figures = ['Detect', 'Elect', 'Recover', 'Outage'].map((title) => ({ title, isFigure: true }));
  return html`<section id="runs" aria-labelledby="runs-title">
    <h2 id="runs-title">${runs.length} runs, side by side</h2>
    ${table(
      'Runs',
      [
        { title: 'Run' },
        { title: 'Verdict' },
        ...figures,
        { title: 'Phases', isWide: true },
        { title: 'Writes failed', isFigure: true },
        { title: 'Lost', isFigure: true },
        { title: 'Promoted' },
      ],
      rows,
    )}
    ${spreadTable(report)}
  </section>`;
}

/** Every run in full; the one that says most is open, the others open as somebody asks for them. */
export function runsInFull(report: DrillReport): Markup | null {
  if (report.runs.length === 0) return null;
  const shown = runToShow(report);
  return html`<section aria-labelledby="detail-title">
    <h2 id="detail-title">${report.runs.length === 1 ? 'The run' : 'Each run in full'}</h2>
    ${report.runs.map((run) => runInFull(report, run, run === shown))}
  </section>`;
}

function runInFull(report: DrillReport, run: DrillRun, isOpen: boolean): Markup {
  const { number, victim, promoted, error, remarks } = run;
  const struck = victim === null ? 'no node was struck' : `${victim} was struck`;
  const followed = promoted === null ? '' : `, ${promoted} took over`;
  return html`<details class="run" id="run-${number}" data-run="${number}" ${isOpen ? html` open` : null}>
    <summary>
      <h3>Run ${number}</h3>
      <span class="gist">${struck}${followed}</span>
      <span class="gist">outage ${time(run.outageMs)}</span> ${badge(verdictOf(report, run))}
    </summary>
    ${error === null ? null : html`<p class="note bad"><strong>The run failed:</strong> ${error}</p>`}
    <h4>Where the time went</h4>
    ${phaseBar(run)} ${phaseTable(run) ?? html`<p class="soft">There was no outage to take apart.</p>`}
    ${remarks.map((remark) => html`<p class="note warn">${remark}</p>`)}
    <h4>Over time</h4>
    ${overTime(run)}
    <h4>What the clients saw</h4>
    ${clients(run) ?? html`<p class="soft">There were no clients.</p>`}
    <h4>Timeline</h4>
    ${timeline(run) ?? html`<p class="soft">Nothing happened.</p>`}
  </details>`;
}

function timeline({ timeline: events }: DrillRun): Markup | null {
  if (events.length === 0) return null;
  return table(
    'Timeline; the injection is 0 ms',
    [{ title: 'At', isFigure: true }, { title: 'Node' }, { title: 'Event', isWide: true }],
    events.map(({ atMs, node, kind, event }) => [
      moment(atMs),
      node,
      html`<span class="event ${kind}">${event}</span>`,
    ]),
  );
}
