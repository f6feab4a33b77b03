import { range, time } from '../figures.js';
import type { DrillReport, DrillRun, Range, Spread } from '../model.js';
import { PHASES, phasesOf, type PhaseFigure } from '../outcome.js';
import { html, type Content, type Markup } from './markup.js';
import { orDash, share, table } from './parts.js';

/** A phase that takes less of the bar than this has no room for its name in it. */
const LEAST_LABELLED = 0.2;

/** The outage as one bar, its phases to scale; nothing where one of them was not measured. */
export function phaseBar(run: DrillRun, scaleMs = run.outageMs ?? 0): Markup | null {
  const phases = PHASES.map((name) => ({ name, ms: run[`${name}Ms`] }));
  if (scaleMs <= 0 || phases.some(({ ms }) => ms === null)) return null;
  const scale: Range = [0, scaleMs];
  const label = phases.map(({ name, ms }) => `${name} ${time(ms)}`).join(', ');
  let from = 0;
  const parts = phases.map(({ name, ms }) => {
    const x = from;
    from += ms ?? 0;
    // An svg of its own cuts off what is too long for it.
    return html`<svg x="${share(x, scale)}" width="${share(ms ?? 0, scale)}" height="100%">
      <rect class="${name}" width="100%" height="100%" />
      ${(ms ?? 0) < scaleMs * LEAST_LABELLED ? null : html`<text x="8" y="50%" dy="0.35em">${name} ${time(ms)}</text>`}
      <title>${name} ${time(ms)}</title>
    </svg>`;
  });
  return html`<svg class="phase-bar" role="img" aria-label="${label}">${parts}</svg>`;
}

/** Measured beside expected, a phase a line. */
export function phaseTable(run: DrillRun): Markup | null {
  const phases = phasesOf(run);
  if (phases.every(({ measuredMs }) => measuredMs === null)) return null;
  const most = Math.max(
    ...phases.map(({ measuredMs, expected }) => Math.max(measuredMs ?? 0, expected?.[1] ?? 0)),
  );
  return table(
    'Phases of the outage, measured and expected',
    [
      { title: 'Phase' },
      { title: 'Measured', isFigure: true },
      { title: 'Expected', isFigure: true },
      { title: 'Measured within expected', isWide: true },
    ],
    phases.map((phase) => [
      named(phase.name),
      time(phase.measuredMs),
      orDash(phase.expected === null ? null : range(phase.expected)),
      html`<span class="bullet-cell">${bullet(phase, [0, most])} ${judgement(phase)}</span>`,
    ]),
  );
}

/** With the colour that the phase has in the pictures. */
function named(name: PhaseFigure['name']): Markup {
  return html`<span class="swatch ${name}"></span>${name}`;
}

function bullet({ name, measuredMs, expected }: PhaseFigure, scale: Range): Markup {
  const band =
    expected === null
      ? null
      : html`<rect
          class="expected"
          x="${share(expected[0], scale)}"
          width="${share(expected[1] - expected[0], scale)}"
          height="100%"
          rx="2"
        />`;
  const bar =
    measuredMs === null
      ? null
      : html`<rect class="${name}" width="${share(measuredMs, scale)}" y="7" height="6" />`;
  return html`<svg class="bullet" aria-hidden="true">${band}${bar}</svg>`;
}

function judgement({ isExpected }: PhaseFigure): Content {
  if (isExpected === null) return '';
  return isExpected ? html`<span class="good">within</span>` : html`<strong class="warn">outside</strong>`;
}

/** How far the runs are apart: the figures, and a dot a run. */
export function spreadTable({ runs, summary }: DrillReport): Markup {
  const names = [...PHASES, 'outage'] as const;
  const most = Math.max(1, ...names.map((name) => summary[`${name}Ms`]?.max ?? 0));
  return table(
    'Spread over all runs',
    [
      { title: 'Phase' },
      ...['Min', 'P50', 'P90', 'Max', 'Measured in'].map((title) => ({ title, isFigure: true })),
      { title: 'A dot a run', isWide: true },
    ],
    names.map((name) => [
      named(name),
      ...figuresOf(summary[`${name}Ms`]),
      html`<svg class="dots" aria-hidden="true">
        <line x1="0" x2="100%" y1="10" y2="10" />
        ${runs.map((run) => dot(run[`${name}Ms`], most, name))}
      </svg>`,
    ]),
  );
}

function figuresOf(spread: Spread | null): string[] {
  if (spread === null) return ['-', '-', '-', '-', '0'];
  const { min, p50, p90, max, runs } = spread;
  return [...[min, p50, p90, max].map(time), String(runs)];
}

function dot(ms: number | null, most: number, name: string): Markup | null {
  // The scale ends before the edge, so that no dot is cut in two.
  return ms === null
    ? null
    : html`<circle class="${name}" cx="${share(ms * 0.96 + most * 0.02, [0, most])}" cy="10" r="5" />`;
}
