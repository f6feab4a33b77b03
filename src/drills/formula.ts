import { duration } from '../base/format.js';
import type { ExpectedPhases, Range } from '../reports/model.js';
import type { Phases } from './timeline.js';

/**
 * How long each phase of an automatic failover should take, from redis/cluster.c, and what to say of what took longer
 * or was quicker. Pure.
 */

/** clusterCron runs ten times a second: whatever it does may be so late. */
const CRON_MS = 100;
/** clusterHandleSlaveFailover: 500 ms for the FAIL to spread, and at random up to 500 ms more. */
const ELECTION_DELAY: Range = [500, 1000];
/** Each replica of the same master that has more of its data goes first. */
const RANK_MS = 1000;
/** A client that was told of the failover, or asks for itself once more. */
const RECOVER: Range = [0, 300];

/**
 * @param nodeTimeoutMs cluster-node-timeout
 * @param rank of the replica that was promoted, among those of its master: 0 for the one that has most of its data
 */
export function expectedPhases(nodeTimeoutMs: number, rank = 0): ExpectedPhases {
  const detectMs: Range = [
    // A ping is sent at the latest when the last pong is half a timeout old, and counts as lost one timeout later.
    nodeTimeoutMs,
    // Then a majority has to hear of it, by the pings that each sends every half timeout.
    1.5 * nodeTimeoutMs + CRON_MS + nodeTimeoutMs / 2 + CRON_MS,
  ];
  const electMs: Range = [
    ELECTION_DELAY[0] + rank * RANK_MS,
    ELECTION_DELAY[1] + rank * RANK_MS + 2 * CRON_MS,
  ];
  const outageMs: Range = [detectMs[0] + electMs[0] + RECOVER[0], detectMs[1] + electMs[1] + RECOVER[1]];
  return { detectMs, electMs, recoverMs: RECOVER, outageMs };
}

const LABELS = {
  detectMs: [
    'detecting the failure',
    'the nodes were busy, or few of them could agree',
    'a node noticed early',
  ],
  electMs: [
    'the election',
    'a vote was refused and had to be asked for again, or the replica could not take over at once',
    'somebody asked for the failover',
  ],
  recoverMs: ['the way back for clients', 'clients learnt late where the slots are', ''],
} as const;

/** What fell outside of the expected, a sentence each. */
export function remarksOn(phases: Phases, expected: ExpectedPhases): string[] {
  return (['detectMs', 'electMs', 'recoverMs'] as const).flatMap((phase) => {
    const measured = phases[phase];
    const [least, most] = expected[phase];
    const [what, slow, quick] = LABELS[phase];
    if (measured >= least && measured <= most) return [];
    const why = measured > most ? slow : quick;
    return [
      `${what} took ${duration(measured)}, where ${duration(least)} to ${duration(most)} were to be expected${why === '' ? '' : `: ${why}`}`,
    ];
  });
}

/** The rank of the promoted replica, as it said itself: `election delayed for 787 ms (rank #0, offset 11816)`. */
export function rankIn(
  events: readonly { readonly node: string; readonly event: string }[],
  node: string,
): number {
  const ranks = events
    .filter((event) => event.node === node)
    .flatMap(({ event }) => {
      const rank = /\(rank #(\d+)/.exec(event)?.[1];
      return rank === undefined ? [] : [Number(rank)];
    });
  return ranks.at(-1) ?? 0;
}
