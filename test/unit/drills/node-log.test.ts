import { describe, expect, test } from 'vitest';
import { parseLogLine } from '../../../src/drills/node-log.js';

const ID = '07c37dfeb235213a872192d90877d0cd55635b91';
const STAMP = '21 Nov 2025 10:11:12.345';

/** The kind and text of a line that a node logs at STAMP. */
function said(message: string, role = 'M', level = '*') {
  const event = parseLogLine(`1:${role} ${STAMP} ${level} ${message}`);
  return event === undefined ? undefined : [event.kind, event.text];
}

describe('the phases of a failover, in the words of Redis 7', () => {
  test.each([
    [`Marking node ${ID} as failing (quorum reached).`, 'failed', 'marked as failing (quorum reached)'],
    [
      'Start of election delayed for 787 milliseconds (rank #0, offset 11816).',
      'election-delayed',
      'election delayed for 787 ms (rank #0, offset 11816)',
    ],
    ['Starting a failover election for epoch 7.', 'election-started', 'asks for votes in epoch 7'],
    [`Failover auth granted to ${ID} for epoch 7`, 'vote', 'votes in epoch 7'],
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
    'Cluster state changed: fail',
    `FAIL message received from ${ID} about ${ID}`,
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
