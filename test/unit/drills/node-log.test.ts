import { describe, expect, test } from 'vitest';
import { parseLogLine } from '../../../src/drills/node-log.js';

const ID = '07c37dfeb235213a872192d90877d0cd55635b91';
const OTHER = 'e7d1eecce10fd6bb5eb35b9f99a514335d9ba9ca';
const STAMP = '21 Nov 2025 10:11:12.345';

/** The kind and text of a line that a node logs at STAMP. */
function said(message: string, role = 'M', level = '*') {
  const event = parseLogLine(`1:${role} ${STAMP} ${level} ${message}`);
  return event === undefined ? undefined : [event.kind, event.text];
}

describe('the phases of a failover, in the words of Redis 7', () => {
  test.each([
    [`Marking node ${ID} as failing (quorum reached).`, 'failed', `marked ${ID} as failing (quorum reached)`],
    [
      `FAIL message received from ${OTHER} about ${ID}`,
      'failed',
      `heard from ${OTHER} that ${ID} has failed`,
    ],
    [
      'Start of election delayed for 787 milliseconds (rank #0, offset 11816).',
      'election-delayed',
      'election delayed for 787 ms (rank #0, offset 11816)',
    ],
    ['Starting a failover election for epoch 7.', 'election-started', 'asks for votes in epoch 7'],
    [
      'Replica rank updated to #1, added 1000 milliseconds of delay.',
      'election-delayed',
      'election delayed for 1000 ms more (rank #1 by now)',
    ],
    [`Failover auth granted to ${ID} for epoch 7`, 'vote', `votes for ${ID} in epoch 7`],
    ['Taking over the master (user request).', 'promoted', 'takes over without asking for votes'],
    [
      'Currently unable to failover: Waiting for votes, but majority still not reached.',
      'note',
      'cannot take over: Waiting for votes, but majority still not reached',
    ],
    [`Manual failover requested by replica ${ID}.`, 'note', `is asked by ${ID} to hand over`],
    ['Cluster state changed: fail', 'note', 'refuses commands (cluster state fail)'],
    [
      `Clear FAIL state for node ${ID}: master without slots is reachable again.`,
      'note',
      `no longer calls ${ID} failed`,
    ],
    [
      `Configuration change detected. Reconfiguring myself as a replica of ${ID}`,
      'rejoined',
      `gives up its slots and follows ${ID}`,
    ],
    [
      'MASTER <-> REPLICA sync: Finished with success',
      'resynced',
      'is in sync with its master (full resync)',
    ],
    [
      'Successful partial resynchronization with master.',
      'resynced',
      'is in sync with its master (partial resync)',
    ],
    ["Failover election won: I'm the new master.", 'promoted', 'wins the election and becomes master'],
    ['Cluster state changed: ok', 'serving-again', 'serves again (cluster state ok)'],
  ])('%s', (message, kind, text) => expect(said(message)).toEqual([kind, text]));
});

describe('the words of Redis 7.2 and Valkey, which name nodes as well', () => {
  test.each([
    [`Marking node ${ID} () as failing (quorum reached).`, 'failed'],
    [`Marking node ${ID} (node one) as failing (quorum reached).`, 'failed'],
    ['Starting a failover election for epoch 9, node config epoch is 4', 'election-started'],
    [`Failover auth granted to ${ID} () for epoch 9`, 'vote'],
    [`FAIL message received from ${OTHER} (one) about ${ID} (other)`, 'failed'],
    ['PRIMARY <-> REPLICA sync: Finished with success', 'resynced'],
    ['Successful partial resynchronization with primary.', 'resynced'],
    ['Taking over the primary (user request).', 'promoted'],
    ["Failover election won: I'm the new primary.", 'promoted'],
    // https://github.com/valkey-io/valkey/pull/1018
    [
      'Start of election delayed for 198 milliseconds (rank #0, primary rank #0, offset 2172).',
      'election-delayed',
    ],
  ])('%s', (message, kind) => expect(said(message)?.[0]).toBe(kind));
});

describe('the line', () => {
  test('says when, in UTC', () => {
    const line = `1:M ${STAMP} * Cluster state changed: ok`;
    expect(parseLogLine(line)?.timeMs).toBe(Date.UTC(2025, 10, 21, 10, 11, 12, 345));
  });

  test.each(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'])(
    'may be of %s',
    (month) => {
      const { timeMs } = parseLogLine(`1:M 01 ${month} 2025 00:00:00.000 * Cluster state changed: ok`)!;
      expect(new Date(timeMs).toUTCString()).toBe(
        `${new Date(timeMs).toUTCString().slice(0, 5)}01 ${month} 2025 00:00:00 GMT`,
      );
    },
  );

  test.each([
    ['M', '*'],
    ['S', '#'],
    ['S', '-'],
  ])('may be of a node of role %s and of level %s', (role, level) => {
    expect(said('Cluster state changed: ok', role, level)?.[0]).toBe('serving-again');
  });

  test('may have a long pid', () => {
    expect(parseLogLine(`4194304:M ${STAMP} * Cluster state changed: ok`)).toBeDefined();
  });
});

describe('a line that tells of no phase is nothing', () => {
  test.each([
    'Connection with master lost.',
    `Marking node ${ID} as failing`,
    'Failover election lost',
    'I saw: Cluster state changed: ok',
    '',
  ])('%j', (message) => expect(said(message)).toBeUndefined());

  test.each([
    '',
    'Cluster state changed: ok',
    '1:M Cluster state changed: ok',
    `1:M 10:11:12 * Cluster state changed: ok`,
    '                _._',
  ])('%j has no time', (line) => expect(parseLogLine(line)).toBeUndefined());
});
