import { duration, plural } from '../../base/format.js';
import { NEVER_SENT, NO_ANSWER } from './generator.js';
import type { Observed } from './outcome.js';

/** A request that took so much longer than its shard was away waited for a node that no longer answers. */
const SILENCE_FACTOR = 2;
const SILENCE_MS = 1_000;
/** What is worth a sentence. */
const NOTABLE_MS = 200;

interface Case {
  readonly seen: Observed;
  /** The `tuned` profile of the same run, when it is another one. */
  readonly tuned: Observed | undefined;
  readonly waitReplicas: number;
}

/** Each looks for one thing, and says what would have helped against it. */
const ADVISERS: readonly ((subject: Case) => string | undefined)[] = [
  gaveUp,
  lostTheCluster,
  waitedInSilence,
  timedOut,
  knewTooLate,
  sentTwice,
  lostWrites,
];

/**
 * Which settings would have helped the clients of one profile, a sentence each; nothing where nothing went wrong.
 *
 * @param all the outcomes of every profile of the run
 */
export function adviceFor(seen: Observed, all: readonly Observed[], waitReplicas: number): readonly string[] {
  const tuned = all.find(({ name }) => name === 'tuned');
  const subject = { seen, tuned: tuned === seen ? undefined : tuned, waitReplicas };
  return ADVISERS.map((advise) => advise(subject)).filter((sentence) => sentence !== undefined);
}

function gaveUp({ seen }: Case): string | undefined {
  const count = countOf(seen, /Too many Cluster redirections/);
  if (count === 0) return undefined;
  const [tries, delay] = [
    settingOf(seen, 'maxRedirections', 16),
    settingOf(seen, 'retryDelayOnFailover', 100),
  ];
  return (
    `${plural(count, 'request')} gave up after ${tries} attempts, ${delay} ms apart, while writes were refused for ` +
    `${duration(seen.outageMs)}: a higher maxRedirections lets requests outlast the failover`
  );
}

function lostTheCluster({ seen }: Case): string | undefined {
  const count = countOf(seen, /Failed to refresh slots cache|None of startup nodes|Cluster is ended/);
  if (count === 0) return undefined;
  return (
    `${plural(count, 'request')} failed since the client found no node to read the slots from: name more than one ` +
    `startup node, and keep slotsRefreshTimeout (${settingOf(seen, 'slotsRefreshTimeout', 1000)} ms) above what a busy node takes`
  );
}

function waitedInSilence({ seen }: Case): string | undefined {
  const unanswered = countOf(seen, NO_ANSWER) + countOf(seen, NEVER_SENT);
  const longest = Math.max(0, ...Object.values(seen.latency).map((latency) => latency?.max ?? 0));
  const isSlow = longest > Math.max(SILENCE_MS, SILENCE_FACTOR * seen.outageMs);
  const hasTimeouts = 'commandTimeout' in seen.settings && 'socketTimeout' in seen.settings;
  if (hasTimeouts || (unanswered === 0 && !isSlow)) return undefined;
  const what =
    unanswered > 0
      ? `${plural(unanswered, 'request')} got no answer at all`
      : `a request waited ${duration(longest)} for its answer`;
  return `${what}: commandTimeout ends a request that a silent node holds, and socketTimeout the connection to it`;
}

function timedOut({ seen }: Case): string | undefined {
  const count = countOf(seen, /Command timed out/);
  if (count === 0) return undefined;
  const limit = settingOf(seen, 'commandTimeout', 0);
  return seen.outageMs > limit
    ? `${plural(count, 'request')} timed out after ${limit} ms, and writes were refused for ${duration(seen.outageMs)}: ` +
        'a commandTimeout above the outage trades these errors for waiting'
    : `${plural(count, 'request')} timed out after ${limit} ms, though writes were refused for ${duration(seen.outageMs)} ` +
        'only: try them again in the application, as what they wait for is over by then';
}

function knewTooLate({ seen, tuned }: Case): string | undefined {
  if (tuned === undefined || seen.outageMs - tuned.outageMs < NOTABLE_MS) return undefined;
  const names = Object.entries(tuned.settings)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name} ${String(value)}`);
  return (
    `the tuned client wrote again ${duration(seen.outageMs - tuned.outageMs)} earlier, with ` +
    `${tuned.writes.failed + tuned.reads.failed} failed requests instead of ${seen.writes.failed + seen.reads.failed}: ` +
    names.join(', ')
  );
}

function sentTwice({ seen }: Case): string | undefined {
  const { duplicated } = seen.writes;
  if (duplicated === 0) return undefined;
  return (
    `${plural(duplicated, 'increment')} took effect twice, since the client sends again what was not answered: ` +
    'retryDelayOnFailover 0 reports such a request as failed instead, or make it harmless to repeat'
  );
}

function lostWrites({ seen, waitReplicas }: Case): string | undefined {
  const { lost } = seen.writes;
  if (lost === 0 || waitReplicas > 0) return undefined;
  return (
    `${plural(lost, 'acknowledged write')} ${lost === 1 ? 'was' : 'were'} lost, which no client setting prevents: ` +
    'WAIT 1 after a write that must last, or min-replicas-to-write 1 on the servers, narrows that'
  );
}

function countOf({ errors }: Observed, message: string | RegExp): number {
  const isMeant = (text: string) => (typeof message === 'string' ? text === message : message.test(text));
  return errors.reduce((sum, { message: text, count }) => (isMeant(text) ? sum + count : sum), 0);
}

function settingOf({ settings }: Observed, name: string, otherwise: number): number {
  const value = settings[name];
  return typeof value === 'number' ? value : otherwise;
}
