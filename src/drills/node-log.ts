/** Reads the phases of a failover out of the nodes' own logs. Pure. */

export type LogEventKind =
  'failed' | 'election-delayed' | 'election-started' | 'vote' | 'promoted' | 'serving-again';

export interface LogEvent {
  /** Milliseconds since 1970 on the node's clock. */
  readonly timeMs: number;
  readonly kind: LogEventKind;
  readonly text: string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `PID:ROLE DD Mon YYYY HH:MM:SS.mmm LEVEL MESSAGE`, in UTC since the nodes run with TZ=UTC (redis/server.c serverLogRaw). */
const LINE = /^\d+:[A-Z] (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2})\.(\d{3}) \S (.*)$/;

/** What redis/cluster.c writes in the course of a failover; `$1` of a pattern is told along. */
const PHASES: readonly (readonly [RegExp, LogEventKind, (match: string) => string])[] = [
  [
    /^Marking node (\w+).* as failing \(quorum reached\)/,
    'failed',
    () => 'marked as failing (quorum reached)',
  ],
  [
    /^Start of election delayed for (\d+ milliseconds \(rank #\d+, (?:primary rank #\d+, )?offset \d+)/,
    'election-delayed',
    (delay) => `election delayed for ${delay.replace(/^(\d+) milliseconds/, '$1 ms')})`,
  ],
  [
    /^Starting a failover election for epoch (\d+)/,
    'election-started',
    (epoch) => `asks for votes in epoch ${epoch}`,
  ],
  [/^Failover auth granted to \w+.* for epoch (\d+)/, 'vote', (epoch) => `votes in epoch ${epoch}`],
  [/^(Failover election won)/, 'promoted', () => 'wins the election and becomes master'],
  [/^Cluster state changed: (ok)/, 'serving-again', () => 'serves again (cluster state ok)'],
];

/** The phases that one line tells of; undefined for any other line. */
export function parseLogLine(line: string): LogEvent | undefined {
  const [, day, month = '', year, hour, minute, second, milli, message = ''] = LINE.exec(line) ?? [];
  if (day === undefined) return undefined;
  const monthIndex = MONTHS.indexOf(month);
  const timeMs = Date.UTC(
    Number(year),
    monthIndex,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(milli),
  );
  for (const [pattern, kind, tell] of PHASES) {
    const match = pattern.exec(message.replace(/^[*#] /, ''));
    if (match !== null) return { timeMs, kind, text: tell(match[1] ?? '') };
  }
  return undefined;
}
