import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RclusterError } from '../../../../src/base/errors.js';
import type { NodeEntry } from '../../../../src/cluster/topology.js';
import { clusterNodes, parseClusterNodes } from '../../../../src/redis/commands/cluster-nodes.js';
import { thrownBy } from '../../helpers/errors.js';

const A = '07c37dfeb235213a872192d90877d0cd55635b91';
const B = '67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1';
const C = '292f8b365bb7edb5e285caf0b7e6ddc7265d2f4f';
const D = '824fe116063bc5fcf9f4ffd895bc17aee7731ac3';

/** As redis 7.0.15 writes it, with announced host names, in the middle of a migration. */
const TEXT = [
  `${A} 172.30.0.11:7000@17000,127.0.0.1 myself,master - 0 1426238317239 1 connected 0-92 94-5460 [93->-${B}] [77-<-${C}]`,
  `${B} 172.30.0.12:7001@17001,127.0.0.1 master - 0 1426238316232 2 connected 93 5461-10922`,
  `${C} 172.30.0.13:7002@17002,127.0.0.1 master,fail? - 1426238311000 1426238310000 3 disconnected 10923-16383`,
  `${D} 172.30.0.14:7003@17003,127.0.0.1 slave ${A} 0 1426238318243 1 connected`,
  '',
].join('\n');

/** The entry of a line of another node, whose address, flags and so on are as given. */
function entryOf({
  address = '172.30.0.12:7001@17001',
  flags = 'master',
  master = '-',
  epoch = '2',
  link = 'connected',
  owned = '',
}): NodeEntry {
  const line = `${B} ${address} ${flags} ${master} 0 1426238316232 ${epoch} ${link}${owned === '' ? '' : ` ${owned}`}`;
  return parseClusterNodes(`${A} 172.30.0.11:7000@17000 myself,master - 0 0 1 connected\n${line}\n`)
    .entries[1]!;
}

test('the command is CLUSTER NODES, and its reply is parsed', () => {
  expect(clusterNodes().args).toEqual(['CLUSTER', 'NODES']);
  expect(clusterNodes().decode(TEXT)).toEqual(parseClusterNodes(TEXT));
});

describe('a whole answer', () => {
  const { self, entries } = parseClusterNodes(TEXT);

  test('says who answers', () => expect(self).toBe(A));

  test('has an entry for every node', () => expect(entries.map(({ id }) => id)).toEqual([A, B, C, D]));

  test('has all that a line says', () => {
    expect(entries[0]).toEqual({
      id: A,
      host: '172.30.0.11',
      port: 7000,
      hostname: '127.0.0.1',
      flags: ['myself', 'master'],
      role: 'master',
      replicaOf: undefined,
      configEpoch: 1,
      linkUp: true,
      slots: [
        [0, 92],
        [94, 5460],
      ],
      openSlots: [
        { slot: 93, state: 'migrating', peer: B },
        { slot: 77, state: 'importing', peer: C },
      ],
    });
  });

  test('knows a single slot beside ranges', () =>
    expect(entries[1]?.slots).toEqual([
      [93, 93],
      [5461, 10_922],
    ]));

  test('keeps the flags of a suspected node, whose link is down', () => {
    expect(entries[2]).toMatchObject({ flags: ['master', 'fail?'], role: 'master', linkUp: false });
  });

  test('knows a replica and its master', () => {
    expect(entries[3]).toMatchObject({ role: 'replica', replicaOf: A, slots: [], openSlots: [] });
  });
});

describe('a role', () => {
  test.each([
    ['slave', 'replica'],
    ['replica', 'replica'],
    ['slave,fail', 'replica'],
    ['master', 'master'],
    ['master,fail', 'master'],
    ['handshake', 'master'],
    ['noaddr', 'master'],
    ['noflags', 'master'],
  ])('flags %s mean %s', (flags, role) => expect(entryOf({ flags, master: A }).role).toBe(role));

  test('a replica that knows no master yet has none', () => {
    expect(entryOf({ flags: 'slave', master: '-' }).replicaOf).toBeUndefined();
  });

  test('a master follows nobody', () => expect(entryOf({ master: A }).replicaOf).toBeUndefined());
});

describe('an address', () => {
  test.each([
    ['172.30.0.12:7001@17001', '172.30.0.12', 7001, ''],
    ['172.30.0.12:7001', '172.30.0.12', 7001, ''],
    ['172.30.0.12:7001@17001,redis.example', '172.30.0.12', 7001, 'redis.example'],
    [
      '172.30.0.12:7001@17001,127.0.0.1,shard-id=69bc080733d1355567173199cff4a6a039a2f024',
      '172.30.0.12',
      7001,
      '127.0.0.1',
    ],
    ['172.30.0.12:7001@17001,,tls-port=0,shard-id=69bc0807', '172.30.0.12', 7001, ''],
    ['fd00::12:7001@17001', 'fd00::12', 7001, ''],
    ['fd00::12:7001@17001,redis.example,shard-id=69bc0807', 'fd00::12', 7001, 'redis.example'],
    [':7001@17001', '', 7001, ''],
    [':0@0', '', 0, ''],
  ])('%s', (address, host, port, hostname) => {
    expect(entryOf({ address })).toMatchObject({ host, port, hostname });
  });
});

describe('text that is not CLUSTER NODES’', () => {
  test.each([
    ['nothing at all', ''],
    ['an error', 'ERR This instance has cluster support disabled'],
    ['an id that is none', TEXT.replace(A, 'node-1')],
    ['an id in capitals', TEXT.replace(A, A.toUpperCase())],
    ['an address without a port', TEXT.replace('172.30.0.12:7001@17001,127.0.0.1', '172.30.0.12')],
    ['an epoch that is no number', TEXT.replace(' 2 connected', ' two connected')],
    ['slots that are none', TEXT.replace('5461-10922', '5461..10922')],
    ['a range that is open', TEXT.replace('5461-10922', '5461-')],
    ['an open slot without a node', TEXT.replace(`[93->-${B}]`, '[93->-]')],
    ['an open slot without an arrow', TEXT.replace(`[93->-${B}]`, `[93-${B}]`)],
    ['half a line', TEXT.slice(0, 60)],
    ['no line of the node itself', TEXT.replace('myself,', '')],
    ['a slot that does not exist', TEXT.replace('10923-16383', '10923-16384')],
  ])('%s', (_, text) => expect(thrownBy(() => parseClusterNodes(text)).code).toBe('REDIS_ERROR'));

  test('the error quotes the line, and no more than a line of it', () => {
    const { message } = thrownBy(() => parseClusterNodes(`who are you? ${'x'.repeat(1000)}`));
    expect(message).toMatch(/^not a line of CLUSTER NODES: "who are you\? x+"$/);
    expect(message.length).toBeLessThan(200);
  });
});

/** Every entry of a view is what later code takes for granted. */
function expectSound(entry: NodeEntry): void {
  expect(entry.id).toMatch(/^[0-9a-f]{40}$/);
  expect(entry.port).toBeGreaterThanOrEqual(0);
  expect(entry.configEpoch).toBeGreaterThanOrEqual(0);
  for (const [first, last] of entry.slots) {
    expect(first).toBeLessThanOrEqual(last);
    expect(last).toBeLessThan(16_384);
  }
}

function parsesOrThrows(text: string): void {
  try {
    parseClusterNodes(text).entries.forEach(expectSound);
  } catch (error) {
    if (!(error instanceof RclusterError)) throw error;
  }
}

describe('any text is parsed, or refused with an error of ours:', () => {
  test('random text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), parsesOrThrows));
  });

  test('an answer with a piece replaced', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('\n', ' ', '[', ']', '-', ',', ':', '99999', 'myself'),
    );
    const mutant = fc
      .tuple(fc.nat(TEXT.length), fc.nat(30), piece)
      .map(([at, length, text]) => TEXT.slice(0, at) + text + TEXT.slice(at + length));
    fc.assert(fc.property(mutant, parsesOrThrows), { numRuns: 200 });
  });
});
