/** What happened when, and how long each phase took. Pure: times are milliseconds since the kill. */

export type EventKind =
  | 'killed'
  | 'suspected'
  | 'failed'
  | 'election-delayed'
  | 'election-started'
  | 'vote'
  | 'promoted'
  | 'serving-again'
  | 'first-write'
  | 'all-slots';

export interface TimelineEvent {
  readonly atMs: number;
  /** The node's name, or `client`. */
  readonly node: string;
  readonly kind: EventKind;
  readonly event: string;
}

export interface Phases {
  /** From the kill until a majority calls the node failed. */
  readonly detectMs: number;
  /** From there until a replica is master. */
  readonly electMs: number;
  /** From there until a client's write succeeds. */
  readonly recoverMs: number;
  /** The sum: from the kill until a client's write succeeds. */
  readonly outageMs: number;
}

/**
 * Orders events, and keeps of each node only the first of a kind: a node repeats some lines, and only the first one is
 * the event. That the cluster serves again is said once, by whoever is first.
 */
export function toTimeline(events: readonly TimelineEvent[]): TimelineEvent[] {
  const seen = new Set<string>();
  return [...events]
    .sort((a, b) => a.atMs - b.atMs)
    .filter(({ node, kind }) => {
      const key = kind === 'serving-again' ? kind : `${node} ${kind}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

/** Splits the outage at the first agreed failure and the promotion; undefined while one of the marks is missing. */
export function phasesOf(timeline: readonly TimelineEvent[]): Phases | undefined {
  const at = (kind: EventKind) => timeline.find((event) => event.kind === kind)?.atMs;
  const [failed, promoted, firstWrite] = [at('failed'), at('promoted'), at('first-write')];
  if (failed === undefined || promoted === undefined || firstWrite === undefined) return undefined;
  return {
    detectMs: failed,
    electMs: promoted - failed,
    recoverMs: firstWrite - promoted,
    outageMs: firstWrite,
  };
}
