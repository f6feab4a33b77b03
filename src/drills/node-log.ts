import type { ReportEventKind } from '../reports/model.js';

/** Reads out of the nodes' own logs what happened to them. Pure. */

export type LogEventKind = Extract<
  ReportEventKind,
  | 'failed'
  | 'election-delayed'
  | 'election-started'
  | 'vote'
  | 'promoted'
  | 'serving-again'
  | 'rejoined'
  | 'resynced'
  | 'note'
>;

export interface LogEvent {
  /** Milliseconds since 1970 on the node's clock. */
  readonly timeMs: number;
  readonly kind: LogEventKind;
  readonly text: string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `PID:ROLE DD Mon YYYY HH:MM:SS.mmm LEVEL MESSAGE`, in UTC since the nodes run with TZ=UTC (redis/server.c serverLogRaw). */
const LINE = /^\d+:[A-Z] (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2})\.(\d{3}) \S (.*)$/;

type Phrase = readonly [RegExp, LogEventKind, (one: string, other: string) => string];

/**
 * What redis/cluster.c and redis/replication.c write in the course of a failover, up to the old master's return. Redis 7.2
 * and Valkey put a node's human name behind its id, and say primary for master.
 */
const PHRASES: readonly Phrase[] = [
  [
    /^Marking node (\w+)\b.* as failing \(quorum reached\)/,
    'failed',
    (node) => `marked ${node} as failing (quorum reached)`,
  ],
  [
    /^FAIL message received from (\w+)(?: \([^)]*\))? about (\w+)/,
    'failed',
    (witness, node) => `heard from ${witness} that ${node} has failed`,
  ],
  [
    /^Start of election delayed for (\d+) milliseconds \((rank #\d+, (?:primary rank #\d+, )?offset \d+)/,
    'election-delayed',
    (delay, rank) => `election delayed for ${delay} ms (${rank})`,
  ],
  [
    /^Replica rank updated to #(\d+), added (\d+) milliseconds of delay/,
    'election-delayed',
    (rank, delay) => `election delayed for ${delay} ms more (rank #${rank} by now)`,
  ],
  [
    /^Starting a failover election for epoch (\d+)/,
    'election-started',
    (epoch) => `asks for votes in epoch ${epoch}`,
  ],
  [
    /^Failover auth granted to (\w+)\b.* for epoch (\d+)/,
    'vote',
    (node, epoch) => `votes for ${node} in epoch ${epoch}`,
  ],
  [/^Failover election won/, 'promoted', () => 'wins the election and becomes master'],
  [/^Taking over the (?:master|primary)/, 'promoted', () => 'takes over without asking for votes'],
  [/^Currently unable to failover: (.*?)\.?$/, 'note', (why) => `cannot take over: ${why}`],
  [/^Manual failover requested by replica (\w+)/, 'note', (node) => `is asked by ${node} to hand over`],
  [/^Cluster state changed: ok/, 'serving-again', () => 'serves again (cluster state ok)'],
  [/^Cluster state changed: fail/, 'note', () => 'refuses commands (cluster state fail)'],
  [/^Clear FAIL state for node (\w+)/, 'note', (node) => `no longer calls ${node} failed`],
  [
    /^Configuration change detected. Reconfiguring myself as a replica of (\w+)/,
    'rejoined',
    (node) => `gives up its slots and follows ${node}`,
  ],
  [
    /^(?:MASTER|PRIMARY) <-> REPLICA sync: Finished with success/,
    'resynced',
    () => 'is in sync with its master (full resync)',
  ],
  [
    /^Successful partial resynchronization with (?:master|primary)/,
    'resynced',
    () => 'is in sync with its master (partial resync)',
  ],
];

/** What one line tells of; nodes are named by their ids. Undefined for any other line. */
export function parseLogLine(line: string): LogEvent | undefined {
  const [, day, month = '', year, hour, minute, second, milli, message = ''] = LINE.exec(line) ?? [];
  if (day === undefined) return undefined;
  const monthIndex = MONTHS.indexOf(month);
  if (monthIndex === -1) return undefined;
  const timeMs = Date.UTC(
    Number(year),
    monthIndex,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(milli),
  );
  for (const [pattern, kind, tell] of PHRASES) {
    const match = pattern.exec(message.replace(/^[*#] /, ''));
    if (match !== null) return { timeMs, kind, text: tell(match[1] ?? '', match[2] ?? '') };
  }
  return undefined;
}
