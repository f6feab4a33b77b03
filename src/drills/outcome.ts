import { phasesOf, rounded, toTimeline, type TimelineEvent } from './timeline.js';
import type { DrillRun, ProfileOutcome } from '../reports/model.js';
import { expectedPhases, rankIn, remarksOn } from './formula.js';
import { lanesOf, type Affliction, type Look } from './lanes.js';
import { totalsOf } from './summary.js';

/** Makes a run's report out of what was seen of it. Pure: all times are milliseconds since the injection. */

export interface Seen {
  readonly number: number;
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** Whom the first fault struck, and which of the struck were masters with slots. */
  readonly victim: string | null;
  readonly hit: readonly string[];
  /** Who owns the victim's slots in the end. */
  readonly heir: string | null;
  readonly nodeTimeoutMs: number;
  /** All that was heard and read since the run began, in no order. */
  readonly events: readonly TimelineEvent[];
  readonly profiles: readonly ProfileOutcome[];
  readonly nodes: readonly string[];
  readonly looks: readonly Look[];
  readonly afflictions: readonly Affliction[];
  readonly endMs: number;
  readonly remarks: readonly string[];
  readonly error: string | null;
}

/** The profile whose outage counts: what the cluster took, rather than what a client's settings add. */
const MEASURED_BY = 'tuned';

export function runOf(seen: Seen): DrillRun {
  const { number, startedAt, elapsedMs, profiles, victim, hit, error } = seen;
  const events = toTimeline([...seen.events, ...firstWrites(profiles)]);
  const timeline = events.map((event) => ({ ...event, atMs: Math.round(event.atMs) }));
  const outage = outageOf(profiles, hit, nextChange(seen.events));
  const outageMs = outage?.ms ?? null;
  const measured = outage === null || outage.isLater ? undefined : phasesOf(events, outage.ms);
  const phases = measured === undefined ? undefined : rounded(measured);
  const promotion = events.find(({ kind, atMs }) => kind === 'promoted' && atMs >= 0);
  const expected =
    phases === undefined || promotion === undefined
      ? null
      : expectedPhases(seen.nodeTimeoutMs, rankIn(events, promotion.node));
  return {
    ...{ number, startedAt, elapsedMs: Math.round(elapsedMs), victim },
    promoted: seen.heir !== null && seen.heir !== victim ? seen.heir : (promotion?.node ?? null),
    outageMs: phases?.outageMs ?? (outageMs === null ? null : Math.round(outageMs)),
    detectMs: phases?.detectMs ?? null,
    electMs: phases?.electMs ?? null,
    recoverMs: phases?.recoverMs ?? null,
    expected,
    remarks: [
      ...(phases === undefined || expected === null ? [] : remarksOn(phases, expected)),
      ...seen.remarks,
    ],
    promotions: seen.events.filter(({ kind }) => kind === 'promoted').length,
    writes: totalsOf(profiles.map(({ writes }) => writes)),
    profiles,
    timeline,
    lanes: lanesOf(seen.nodes, seen.looks, seen.afflictions, seen.endMs),
    error,
  };
}

/**
 * Until the last of the shards that were hit took a write again; 0 when none was ever without; null when none was hit,
 * or one never came back. An outage that began after the next change is none of the first fault's: where it was the longest, it
 * counts from its own beginning.
 *
 * @param nextChangeMs when the fault was healed, or another came
 */
function outageOf(
  profiles: readonly ProfileOutcome[],
  hit: readonly string[],
  nextChangeMs: number,
): { readonly ms: number; readonly isLater: boolean } | null {
  const shards = profiles
    .find(({ name }) => name === MEASURED_BY)
    ?.shards.filter(({ master }) => hit.includes(master));
  if (shards === undefined || shards.length === 0) return null;
  if (shards.some(({ outageMs, firstWriteAtMs }) => outageMs > 0 && firstWriteAtMs === null)) return null;
  const outages = shards.map(({ outageMs, firstWriteAtMs }) => {
    const endMs = firstWriteAtMs ?? 0;
    const isLater = endMs - outageMs > nextChangeMs;
    return { ms: isLater ? outageMs : endMs, isLater };
  });
  return outages.reduce((longest, each) => (each.ms > longest.ms ? each : longest), {
    ms: 0,
    isLater: false,
  });
}

function nextChange(events: readonly TimelineEvent[]): number {
  const changes = events.filter(({ kind, atMs }) => atMs > 0 && (kind === 'injected' || kind === 'healed'));
  return Math.min(...changes.map(({ atMs }) => atMs));
}

function firstWrites(profiles: readonly ProfileOutcome[]): TimelineEvent[] {
  return profiles.flatMap(({ name, shards }) =>
    shards.flatMap(({ master, firstWriteAtMs }): TimelineEvent[] =>
      firstWriteAtMs === null
        ? []
        : [
            {
              atMs: firstWriteAtMs,
              node: `client (${name})`,
              kind: 'first-write',
              event: `first write to the slots of ${master} acknowledged`,
            },
          ],
    ),
  );
}
