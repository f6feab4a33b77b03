import { expect, test } from 'vitest';
import { parseBenchWorkload, readBenchWorkload } from '../../../src/config/bench-workload.js';
import { parseBaseline } from '../../../src/config/bench-baseline.js';
import { parseDuration } from '../../../src/config/duration.js';
import { parseExpectation } from '../../../src/config/expectation.js';
import { nearest } from '../../../src/config/nearest.js';
import { resolveOptions } from '../../../src/config/resolve.js';
import { parseScenario } from '../../../src/config/scenario-file.js';
import { reshardSchema } from '../../../src/config/scaling-schema.js';
import { faultEntryIn, journalIn } from '../../../src/config/state-records.js';
import { settingsOf, wordsOf } from '../../../src/compose/redis-conf.js';
import { parseLogLine } from '../../../src/drills/node-log.js';
import {
  commandGetKeysAndFlags,
  functionNames,
  listKeysInSlots,
  slowlogGet,
  time,
} from '../../../src/redis/commands/index.js';
import { parseClusterNodes } from '../../../src/redis/commands/cluster-nodes.js';
import type { Reply } from '../../../src/redis/connection.js';
import { ReplyReader } from '../../../src/redis/pipe/reply-reader.js';
import { asText } from '../../../src/redis/reply.js';
import { rejectionOf, thrownBy } from '../helpers/errors.js';

/** What the generators found, or what the same eye found beside it: each was a crash, a hang, or a wrong value. */

const ID = 'a'.repeat(40);
const LONG = 100_000;

/** What used to take time by the square of its length takes next to none. */
function soon(act: () => unknown): void {
  const since = performance.now();
  act();
  expect(performance.now() - since).toBeLessThan(1_000);
}

/** Deeper than any stack. */
function nested(levels: number): Reply {
  let reply: Reply = [];
  for (let level = 0; level < levels; level += 1) reply = [reply];
  return reply;
}

test('a line of CLUSTER NODES whose address has no end', () => {
  const address = `${':1,'.repeat(LONG)}\r`;
  soon(() => parseClusterNodes(`${ID} ${address} myself,master - 0 0 1 connected`));
});

test.each([
  ['a slot that is none on its way', `${ID} h:1@1 myself,master - 0 0 1 connected [99999->-${ID}]`],
  ['a slot twice', `${ID} h:1@1 myself,master - 0 0 1 connected 0-16383 5`],
  ['a port that is none', `${ID} h:70000@1 myself,master - 0 0 1 connected`],
  ['an epoch of 400 digits', `${ID} h:1@1 myself,master - 0 0 ${'9'.repeat(400)} connected`],
])('CLUSTER NODES with %s', (_, text) => {
  expect(thrownBy(() => parseClusterNodes(text)).code).toBe('REDIS_ERROR');
});

test('CLUSTER NODES without end', () => {
  const line = `${ID} h:1@1 myself,master - 0 0 1 connected 0-16383\n`;
  expect(thrownBy(() => parseClusterNodes(line.repeat(LONG))).code).toBe('REDIS_ERROR');
});

test.each<[string, () => unknown]>([
  ['a list of keys that is no list', () => listKeysInSlots([1], 1).decode([5, null, 'x'])],
  [
    'a slow command at no time',
    () => slowlogGet(1).decode([[1, 8.65e15, 1, [], Buffer.from(''), Buffer.from('')]]),
  ],
  ['a slow command of nothing', () => slowlogGet(1).decode([null])],
  ['a clock that says a word', () => time().decode(['soon', '0'])],
  ['a list without a bottom', () => asText(nested(LONG))],
  ['a function whose name is one', () => functionNames().decode([['functions', [['name', nested(LONG)]]]])],
])('%s', (_, decode) => {
  expect(thrownBy(decode).code).toBe('REDIS_ERROR');
});

test('a flag without a bottom', () => {
  const reply = [[Buffer.from('k'), [nested(LONG)]]];
  expect(commandGetKeysAndFlags([]).decode(reply)).toEqual([{ key: Buffer.from('k'), flags: [''] }]);
});

test('replies that are none, or have no end', () => {
  const reader = () =>
    new ReplyReader({ value: () => undefined, nothing: () => undefined, error: () => undefined });
  for (const text of ['HTTP/1.1 400\r\n', '$x\r\n', '*99999999999999999999\r\n', '$1\n', '\r\n'])
    expect(thrownBy(() => reader().read(Buffer.from(text))).code).toBe('REDIS_ERROR');
  const endless = reader();
  soon(() => thrownBy(() => Array.from({ length: 1000 }, () => endless.read(Buffer.alloc(1000, '+')))));
});

test('a line of a log that is all one word, or in no month', () => {
  const line = (message: string, month = 'Mar') => `1:M 08 ${month} 2024 10:00:00.123 * ${message}`;
  soon(() => parseLogLine(line(`Marking node ${'a'.repeat(LONG)}`)));
  soon(() => parseLogLine(line(`Failover auth granted to ${'a'.repeat(LONG)}`)));
  expect(parseLogLine(line('Cluster state changed: ok', 'Xyz'))).toBeUndefined();
});

test('an expectation of blanks', () => {
  soon(() => thrownBy(() => parseExpectation(`outage < 1${' '.repeat(LONG)}x`)));
  soon(() => thrownBy(() => parseExpectation(`outage${' '.repeat(LONG)}x`)));
});

test('a value of redis.conf that is all quotes, or in a line of its own', () => {
  soon(() => wordsOf('"\\'.repeat(LONG)));
  expect(wordsOf(`"a\\x41\\n" 'it\\'s' b"c"d "open`)).toEqual(['aA\n', "it's", 'bcd', 'open']);
  soon(() => settingsOf(`${'a'.repeat(LONG)}\u2028`));
  expect(settingsOf('save a\u2028b')).toEqual([['save', 'a\u2028b']]);
});

test('a word of a million letters is near to none', () => {
  soon(() => expect(nearest('a'.repeat(10 * LONG), ['outage', 'steps'])).toBeUndefined());
});

test('a time that no timer can wait', () => {
  expect(parseDuration('9'.repeat(400) + 's')).toBeUndefined();
  expect(parseDuration('999999m')).toBeUndefined();
});

test('slots many times over', () => {
  const slots = Array.from({ length: 1000 }, () => '0-16383').join(',');
  for (const asked of [
    slots,
    [
      [0, 16_383],
      [0, 16_383],
    ],
    [[9, 3]],
  ])
    expect(
      thrownBy(() => resolveOptions(reshardSchema, { from: 'all', to: '7000', slots: asked })).code,
    ).toBe('CONFIG_INVALID');
});

test.each([
  ['an alias within what it names', 'name: x\nsteps: &a\n  - repeat: { times: 2, steps: *a }\n'],
  ['an alias of nothing', 'name: *nobody\n'],
  [
    'aliases of aliases',
    `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join('')}`,
  ],
  ['lists without a bottom', '['.repeat(20_000)],
  ['mappings without a bottom', '{a: '.repeat(20_000)],
  ['a list as a key', '? [a, b]\n: c\n'],
  ['the prototype', '__proto__: { polluted: 1 }\n'],
])('YAML with %s', (_, text) => {
  for (const parse of [parseScenario, parseBenchWorkload])
    expect(thrownBy(() => parse(text, 'x')).code).toBe('CONFIG_INVALID');
  expect('polluted' in {}).toBe(false);
});

test.each(['constructor', '__proto__', 'toString'])('a workload called %s is none', async (name) => {
  expect((await rejectionOf(readBenchWorkload(name))).code).toBe('CONFIG_INVALID');
});

test('a report of a benchmark without a bottom', () => {
  const text = `{"version":1,"kind":"bench","load":{"mix":${'['.repeat(LONG)}${']'.repeat(LONG)}}}`;
  expect(thrownBy(() => parseBaseline(text, 'x')).code).toBe('CONFIG_INVALID');
});

test('a ledger that names another file, a journal of no nodes', () => {
  const entry = {
    version: 1,
    fault: { fault: 'pause', nodes: ['node-1'] },
    text: '',
    injectedAt: '',
    pid: 1,
  };
  expect(faultEntryIn(JSON.stringify({ ...entry, id: '1a2b3c4d' }))).toBeDefined();
  expect(faultEntryIn(JSON.stringify({ ...entry, id: '../../../x' }))).toBeUndefined();
  expect(faultEntryIn(JSON.stringify({ ...entry, id: '1a2b3c4d', pid: -1 }))).toBeUndefined();
  expect(journalIn('{"version":1,"command":"x","newcomers":5}')).toBeUndefined();
  expect(journalIn('null')).toBeUndefined();
});
