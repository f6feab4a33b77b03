import { configured, isUnseen, numberIn, type CheckupFacts } from '../facts.js';
import { findingFor, type Check, type CheckupFinding } from '../finding.js';

const PARAMETER = 'cluster-node-timeout';
/** A node is suspected after one timeout: so many round trips of the slowest pair have to fit into it. */
const ROUND_TRIPS = 20;
/** Milliseconds. Over a real network a pause of a second is no failure; Redis' own default is 15 000. */
const SHORT_MS = 1_000;
const SANE_MS = 5_000;
/** Twice Redis' own default: a failover takes longer than this (redis.conf, cluster-node-timeout). */
const LONG_MS = 30_000;
const DEFAULT_MS = 15_000;

export const nodeTimeoutIsSane: Check = {
  title: 'cluster-node-timeout suits the latency',
  judge: (facts) => {
    const nodes = configured(facts);
    if (isUnseen(nodes)) return nodes;
    const timed = nodes.map(({ name, config }) => ({ name, ms: numberIn(config, PARAMETER) ?? DEFAULT_MS }));
    const worstMs = worstLatency(facts);
    const needed = neededFor(facts);
    const tooShort = timed.filter(({ ms }) => ms < needed);
    return [
      ...findingFor(
        tooShort,
        (names, [first]) => ({
          code: 'NODE_TIMEOUT_SHORT',
          severity: 'warning',
          message: `${PARAMETER} is ${first?.ms ?? 0} ms on ${names}, and a round trip takes ${worstMs.toFixed(1)} ms`,
          why: 'A node that is only slow is taken for dead: it is failed over, and loses writes.',
          mend: `CONFIG SET ${PARAMETER} ${needed} at least`,
        }),
        () => ({ parameter: PARAMETER, value: String(needed) }),
      ),
      ...(tooShort.length > 0 ? [] : briefTimeouts(facts, timed)),
      ...findingFor(
        timed.filter(({ ms }) => ms > LONG_MS),
        (names, [first]) => ({
          code: 'NODE_TIMEOUT_LONG',
          severity: 'warning',
          message: `${PARAMETER} is ${(first?.ms ?? 0) / 1000} s on ${names}`,
          why: 'For that long at least, writes to a dead master’s slots fail before a replica takes over.',
          mend: `CONFIG SET ${PARAMETER} ${DEFAULT_MS}, or ${SANE_MS} within one data centre`,
        }),
        () => ({ parameter: PARAMETER, value: String(DEFAULT_MS) }),
      ),
    ];
  },
};

/** Neither too short for what was measured nor too long. @param ms a node timeout */
export function isSaneTimeout(facts: CheckupFacts, ms: number): boolean {
  return ms >= neededFor(facts) && ms <= LONG_MS;
}

function neededFor(facts: CheckupFacts): number {
  return Math.ceil((ROUND_TRIPS * worstLatency(facts)) / 100) * 100;
}

/** Long enough for what was measured, but not for what a network does on a bad day. */
function briefTimeouts(
  { lab }: CheckupFacts,
  timed: readonly { readonly name: string; readonly ms: number }[],
): CheckupFinding[] {
  return findingFor(
    timed.filter(({ ms }) => ms < SHORT_MS),
    (names, [first]) => ({
      code: 'NODE_TIMEOUT_SHORT',
      severity: lab === undefined ? 'warning' : 'note',
      message:
        lab === undefined
          ? `${PARAMETER} is ${first?.ms ?? 0} ms on ${names}`
          : `${PARAMETER} is ${first?.ms ?? 0} ms: quick failovers on one host, too nervous for a network`,
      why: 'A pause of the network or of the host for that long makes healthy masters fail over.',
      mend: `${lab === undefined ? '' : 'in production '}CONFIG SET ${PARAMETER} ${SANE_MS} or more`,
    }),
    () => ({ parameter: PARAMETER, value: String(SANE_MS) }),
  );
}

function worstLatency({ latencies }: CheckupFacts): number {
  return isUnseen(latencies) ? 0 : Math.max(0, ...latencies.map(({ ms }) => ms));
}
