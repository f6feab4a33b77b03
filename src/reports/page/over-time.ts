import { count, moment, rate, time } from '../figures.js';
import type { DrillRun, NodeLane, ProfileOutcome, Range } from '../model.js';
import { spanOf } from '../outcome.js';
import { html, type Markup } from './markup.js';
import { share } from './parts.js';

/**
 * Load, errors, latency and nodes on one axis of time. The script of the page draws the plots; what they show is here in
 * words, and the script offers the figures as a table.
 */
export function overTime(run: DrillRun): Markup {
  const [from, to] = spanOf(run);
  const plots = run.profiles.some(({ series }) => series.length > 0)
    ? html`<div
        class="plots"
        role="group"
        tabindex="0"
        aria-label="Plots of run ${run.number}: the arrow keys move the cursor"
        aria-describedby="readout-${run.number}"
      >
        <ul class="legend">
          ${run.profiles.map(({ name }, index) => html`<li><span class="swatch series-${(index % 4) + 1}"></span>${name}</li>`)}
          <li class="hint">latency: p99, and p50 dashed</li>
        </ul>
        ${plot('throughput', 'Acknowledged requests a second', run, throughputText)}
        ${plot('errors', 'Failed requests a second', run, errorsText)}
        ${plot('latency', 'Latency in milliseconds (logarithmic)', run, latencyText)}
        <p class="readout" id="readout-${run.number}" role="status">
          Point at a plot, or focus it and use the arrow keys.
        </p>
      </div>`
    : null;
  return html`<div class="over-time" data-from="${from}" data-to="${to}">
    ${plots}${laneTable(run, [from, to])}
    <details class="figures-table"><summary>The figures as a table</summary></details>
  </div>`;
}

function plot(
  metric: string,
  title: string,
  { number, profiles }: DrillRun,
  text: (profile: ProfileOutcome) => string,
): Markup {
  const label = `${title}. ${profiles.map(text).join(' ')}`;
  return html`<p class="plot-title" id="plot-${metric}-${number}">${title}</p>
    <div class="plot" data-metric="${metric}" role="img" aria-label="${label}"></div>`;
}

function throughputText({ name, series }: ProfileOutcome): string {
  const rates = series.map(({ ok, bucketMs }) => (ok * 1000) / bucketMs);
  if (rates.length === 0) return `${name}: nothing measured.`;
  const [least, most] = [Math.min(...rates), Math.max(...rates)];
  const lowest = series[rates.indexOf(least)];
  return `${name}: from ${rate(least)} at ${moment(lowest?.atMs ?? 0)} to ${rate(most)}.`;
}

function errorsText({ name, series }: ProfileOutcome): string {
  const failing = series.filter(({ errors }) => errors > 0);
  const [first, last] = [failing[0], failing.at(-1)];
  if (first === undefined || last === undefined) return `${name}: none.`;
  const total = failing.reduce((sum, { errors }) => sum + errors, 0);
  return `${name}: ${count(total)} from ${moment(first.atMs)} to ${moment(last.atMs + last.bucketMs)}.`;
}

function latencyText({ name, latency: { before, during, after } }: ProfileOutcome): string {
  const [calm, struck, mended] = [before, during, after].map((figures) => time(figures?.p99 ?? null));
  return `${name}: p99 ${calm ?? ''} before, ${struck ?? ''} during, ${mended ?? ''} after the fault.`;
}

/** A lane a node, below the plots and to their scale. */
function laneTable({ lanes, number, timeline }: DrillRun, span: Range): Markup | null {
  if (lanes.length === 0) return null;
  const moments = timeline.filter(({ kind }) => MARKED.has(kind)).map(({ atMs }) => atMs);
  return html`<table class="lanes">
    <caption>
      What each node was in run ${number}
    </caption>
    <colgroup>
      <col class="gutter" />
      <col />
    </colgroup>
    <thead class="visually-hidden">
      <tr>
        <th scope="col">Node</th>
        <th scope="col">State over time</th>
      </tr>
    </thead>
    <tbody>
      ${lanes.map(
        (lane) =>
          html`<tr class="lane">
            <th scope="row" title="${lane.node}">${lane.node}</th>
            <td>${laneOf(lane, span, moments)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

const MARKED: ReadonlySet<string> = new Set(['injected', 'failed', 'promoted', 'first-write', 'healed']);

function laneOf({ node, spans }: NodeLane, span: Range, moments: readonly number[]): Markup {
  const words = spans.map(({ state, fromMs, toMs }) => `${state} from ${moment(fromMs)} to ${moment(toMs)}`);
  return html`<svg role="img" aria-label="${node}: ${words.join(', ')}">
    ${spans.map(
      ({ state, fromMs, toMs }, index) =>
        html`<svg x="${share(fromMs, span)}" width="${share(span[0] + toMs - fromMs, span)}" height="100%">
          <rect class="state-${state}" width="100%" height="100%" />
          <text x="6" y="50%" dy="0.35em">${state}</text>
          <title>${words[index] ?? ''}</title>
        </svg>`,
    )}${moments.map((atMs) => html`<line class="marker" x1="${share(atMs, span)}" x2="${share(atMs, span)}" y1="0" y2="100%" />`)}
  </svg>`;
}
