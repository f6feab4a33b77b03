import { rate, time } from './figures.js';
import type { DrillRun, ProfileOutcome, Range } from './model.js';
import { PHASES } from './outcome.js';
import { resample, sparkline } from './sparkline.js';
import type { TextStyle } from './text-style.js';

/** Told apart without colours as well. */
const FILLS = ['█', '▓', '░'] as const;
const MOST_CELLS = 100;
/** Of what a sparkline shows: the calm before, and as much again as the outage after it. */
const CALM_MS = 1000;

/** The outage as a bar, its phases to scale; nothing where one of them was not measured. */
export function phaseBar(run: DrillRun, columns: number, { dim }: TextStyle): string[] {
  const parts = PHASES.map((name, index) => ({ name, ms: run[`${name}Ms`], fill: FILLS[index] ?? '' }));
  const total = parts.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
  if (total <= 0 || parts.some(({ ms }) => ms === null)) return [];
  const cells = Math.min(columns, MOST_CELLS);
  let from = 0;
  const bar = parts.map(({ ms, fill }) => {
    const start = Math.round((from / total) * cells);
    from += ms ?? 0;
    return fill.repeat(Math.round((from / total) * cells) - start);
  });
  return [bar.join(''), parts.map(({ name, ms, fill }) => `${fill} ${dim(name)} ${time(ms)}`).join('   ')];
}

/** Requests a second of each profile around the fault, and below them when it came and when writes were back. */
export function sparklines(run: DrillRun, columns: number, { dim }: TextStyle): string[] {
  const shown = run.profiles.filter(({ series }) => series.length > 0);
  const window = windowOf(run, shown);
  if (window === undefined) return [];
  const label = Math.max(...shown.map(({ name }) => name.length)) + 2;
  const scales = shown.map(({ series }) => peak(series));
  const legend = Math.max(...scales.map((scale) => rate(scale).length)) + 8;
  const cells = Math.max(10, Math.min(MOST_CELLS, columns - label - legend));
  const lines = shown.map(({ name, series }, index) => {
    const line = sparkline(resample(series, window, cells));
    return `${name.padEnd(label)}${line}  ${dim(`up to ${rate(scales[index] ?? 0)}`)}`;
  });
  return [...lines, dim(`${' '.repeat(label)}${ruler(run, window, cells)}`.trimEnd())];
}

function windowOf(run: DrillRun, profiles: readonly ProfileOutcome[]): Range | undefined {
  const series = profiles.flatMap((profile) => profile.series);
  if (series.length === 0) return undefined;
  const first = series.reduce((least, { atMs }) => Math.min(least, atMs), Infinity);
  const last = series.reduce((most, { atMs, bucketMs }) => Math.max(most, atMs + bucketMs), -Infinity);
  const outage = Math.max(run.outageMs ?? 0, ...profiles.map(({ outageMs }) => outageMs));
  return [Math.max(first, -CALM_MS - outage / 4), Math.min(last, CALM_MS + 2 * outage)];
}

function peak(series: ProfileOutcome['series']): number {
  return series.reduce((most, { ok, bucketMs }) => Math.max(most, (ok * 1000) / bucketMs), 0);
}

/** `^ fault          ^ 1.42 s`: a mark below the cell of each moment. */
function ruler(run: DrillRun, [from, to]: Range, cells: number): string {
  const cellOf = (atMs: number) => Math.floor(((atMs - from) / (to - from)) * cells);
  const marks: { cell: number; text: string }[] = [{ cell: cellOf(0), text: '^ fault' }];
  // The outage that counts need not have begun with the fault; then its length is no moment.
  const isMoment = run.timeline.some(({ kind, atMs }) => kind === 'first-write' && atMs === run.outageMs);
  if (run.outageMs !== null && (isMoment || run.outageMs === 0))
    marks.push({ cell: cellOf(run.outageMs), text: `^ +${time(run.outageMs)}` });
  return marks
    .filter(({ cell }) => cell >= 0 && cell < cells)
    .reduce((line, { cell, text }) => {
      // Where they would run into each other, the first one keeps its place alone.
      const isFree = line === '' || cell > line.length;
      return isFree ? line.padEnd(cell) + text : line;
    }, '');
}
