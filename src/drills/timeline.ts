import type { ReportEvent, ReportEventKind } from '../reports/model.js';

/** What happened when, and how long each phase took. Pure: times are milliseconds since the injection. */

export type EventKind = ReportEventKind;
export type TimelineEvent = ReportEvent;

export interface Phases {
  /** From the injection until a majority calls the node failed. */
  readonly detectMs: number;
  /** From there until a replica is master. */
  readonly electMs: number;
  /** From there until a client's write succeeds. */
  readonly recoverMs: number;
  /** The sum: from the injection until a client's write succeeds. */
  readonly outageMs: number;
}

/** With each of them everything may happen once more. */
const BREAKS: ReadonlySet<EventKind> = new Set(['injected', 'killed', 'healed', 'step']);
/** One event, whoever tells of it. */
const SAID_ONCE: ReadonlySet<EventKind> = new Set(['serving-again', 'suspected']);

/**
 * Orders events, and drops what a node says again before anything else was broken or mended: nodes repeat some lines, and
 * only the first one is the event.
 */
export function toTimeline(events: readonly TimelineEvent[]): TimelineEvent[] {
  const seen = new Set<string>();
  return [...events]
    .sort((a, b) => a.atMs - b.atMs)
    .filter(({ node, kind, event }) => {
      if (BREAKS.has(kind)) seen.clear();
      const key = SAID_ONCE.has(kind) ? `${kind} ${event}` : `${node} ${kind} ${event}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

/**
 * Splits the outage at the first agreed failure and the first promotion; undefined while one of the marks is missing, or
 * when writes went on before anybody took over.
 *
 * @param endMs when a client's write succeeded again
 */
export function phasesOf(
  timeline: readonly TimelineEvent[],
  endMs = firstWriteIn(timeline),
): Phases | undefined {
  const failed = timeline.find(({ kind, atMs }) => kind === 'failed' && atMs >= 0)?.atMs;
  const promoted = timeline.find(({ kind, atMs }) => kind === 'promoted' && atMs >= (failed ?? 0))?.atMs;
  if (failed === undefined || promoted === undefined || endMs === undefined || endMs < promoted)
    return undefined;
  return { detectMs: failed, electMs: promoted - failed, recoverMs: endMs - promoted, outageMs: endMs };
}

function firstWriteIn(timeline: readonly TimelineEvent[]): number | undefined {
  return timeline.find(({ kind }) => kind === 'first-write')?.atMs;
}

/** The whole milliseconds of a split, rounded so that they still add up. */
export function rounded({ detectMs, electMs, outageMs }: Phases): Phases {
  const [failed, promoted, end] = [detectMs, detectMs + electMs, outageMs].map(Math.round) as [
    number,
    number,
    number,
  ];
  return { detectMs: failed, electMs: promoted - failed, recoverMs: end - promoted, outageMs: end };
}
