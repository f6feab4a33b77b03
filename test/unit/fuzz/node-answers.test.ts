import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeTopology, ownersIn, type NodeView } from '../../../src/cluster/topology.js';
import type { Command, Reply } from '../../../src/redis/connection.js';
import { parseClusterNodes } from '../../../src/redis/commands/cluster-nodes.js';
import {
  clusterGetSlotMigrations,
  clusterInfo,
  commandGetKeysAndFlags,
  commandInfo,
  commandList,
  configGet,
  configGetAll,
  configOverview,
  countKeysInSlots,
  dbSize,
  functionNames,
  getKeysInSlot,
  info,
  infoFields,
  infoSections,
  knowsMigrateSlots,
  listKeysInSlots,
  memoryUsage,
  moveKeys,
  resources,
  scan,
  scriptExists,
  setSlotsStable,
  slowlogGet,
  time,
} from '../../../src/redis/commands/index.js';
import { ReplyReader } from '../../../src/redis/pipe/reply-reader.js';
import { redirectionIn, Route } from '../../../src/bench/load/route.js';
import { shownBytes } from '../../../src/base/bytes.js';
import { replyText } from '../../../src/cli/ui/reply.js';
import { slowlogText } from '../../../src/cli/ui/slowlog.js';
import { parseLogLine } from '../../../src/drills/node-log.js';
import { phasesOf, toTimeline, type TimelineEvent } from '../../../src/drills/timeline.js';
import { endures } from './endure.js';
import { cutBytes, mutatedData, mutatedText } from './hostile.js';

const id = (digit: string) => digit.repeat(40);
const NODES = [
  [
    `${id('a')} 127.0.0.1:7000@17000,localhost,,tls-port=0,shard-id=${id('e')} myself,master - 0 1700000000000 3 connected 0-5460 [93->-${id('b')}] [77-<-${id('c')}]`,
    `${id('b')} 127.0.0.1:7001@17001,localhost master - 0 1700000000000 2 connected 5461-10922 10924`,
    `${id('c')} 127.0.0.1:7002@17002 master,fail? - 1 1700000000000 1 disconnected`,
    `${id('d')} :0@0 slave,noaddr ${id('a')} 0 0 3 connected`,
    '',
  ].join('\n'),
  `${id('a')} 10.0.0.1:7000@17000 myself,slave ${id('b')} 0 1 5 connected\n${id('b')} [::1]:7001@17001 master - 0 1 5 connected 0-16383\n${id('f')} 10.0.0.9:1@1 handshake - 0 0 0 connected\n`,
];

test('CLUSTER NODES', () => {
  endures(12, mutatedText(...NODES), parseClusterNodes, 'REDIS_ERROR');
});

test('the views of nodes that say anything are merged', () => {
  const views = fc.array(mutatedText(...NODES), { minLength: 1, maxLength: 4 });
  const read = (text: string): NodeView[] => {
    try {
      return [parseClusterNodes(text)];
    } catch {
      return [];
    }
  };
  endures(0.2, views, (texts) => {
    const merged = mergeTopology(texts.flatMap(read));
    expect(merged.owners).toHaveLength(16_384);
    return texts.flatMap(read).map(ownersIn);
  });
});

const lines = (...all: string[]) => all.join('\r\n');
const INFO = lines(
  ...['# Server', 'redis_version:7.0.15', 'process_id:12', '', '# Memory', 'used_memory:1048576'],
  ...['mem_not_counted_for_evict:0', '# Replication', 'role:slave', 'master_link_status:up'],
  ...[
    'slave_repl_offset:99',
    '# CPU',
    'used_cpu_sys:1.5',
    '# Keyspace',
    'db0:keys=12,expires=0,avg_ttl=0',
    '',
  ],
);
const bytes = (text: string) => Buffer.from(text);
const SPEC = [
  ...['get', 2, ['readonly', 'fast'], 1, 1, 1, ['@read'], ['request_policy:all_shards']],
  [
    [
      ...['flags', ['RO', 'access'], 'begin_search', ['type', 'index', 'spec', ['index', 1]]],
      ...['find_keys', ['type', 'range', 'spec', ['lastkey', 0, 'keystep', 1, 'limit', 0]]],
    ],
    [
      'begin_search',
      ['type', 'keyword', 'spec', ['keyword', 'STREAMS', 'startfrom', 1]],
      'find_keys',
      ['type', 'keynum'],
    ],
  ],
  [],
];
const CONFIG = ['maxmemory', '0', 'requirepass', 'secret', 'save', '3600 1'];

const COMMANDS: readonly (readonly [string, Command<unknown>, Reply])[] = [
  [
    'CLUSTER INFO',
    clusterInfo(),
    lines('cluster_state:ok', 'cluster_slots_assigned:16384', 'cluster_known_nodes:6'),
  ],
  ['INFO', info(), INFO],
  ['INFO in sections', infoSections([]), INFO],
  ['INFO in fields', infoFields(), INFO],
  ['INFO on resources', resources(), INFO],
  ['COMMAND INFO', commandInfo(['get']), [SPEC, null] as Reply],
  ['COMMAND LIST', commandList(), ['get', 'config|set']],
  ['COMMAND GETKEYSANDFLAGS', commandGetKeysAndFlags([]), [[bytes('a'), [bytes('RO'), bytes('access')]]]],
  ['CONFIG GET of one', configGet('save'), ['save', '3600 1']],
  ['CONFIG GET of some', configGetAll(['*']), CONFIG],
  ['CONFIG GET of all', configOverview(), CONFIG],
  ['the count of keys', countKeysInSlots([1]), [1, 12, 5, 1]],
  [
    'the list of keys',
    listKeysInSlots([1], 10),
    [
      [bytes('a'), bytes('b')],
      [1, 1],
      [56, 64],
    ],
  ],
  ['the keys of a slot', getKeysInSlot(1, 10), ['a', 'b']],
  [
    'what moved',
    moveKeys({ host: '', port: 1 }, [1], { limits: { keys: 1, bytes: 1 }, hugeBytes: 1, timeoutMs: 1 }),
    [1, 2, 3, bytes(''), bytes('k'), 9],
  ],
  ['what was refused', setSlotsStable([1]), ['ERR no']],
  [
    'slot migrations',
    clusterGetSlotMigrations(),
    [['name', 'x', 'operation', 'EXPORT', 'state', 'success', 'slot_ranges', '1-2', 'retries', 0]],
  ],
  ['whether it migrates slots', knowsMigrateSlots(), [['cluster|migrateslots']]],
  ['SCAN', scan('0', {}), [bytes('17'), [bytes('a'), bytes('b')]]],
  ['SCRIPT EXISTS', scriptExists(bytes('')), [1]],
  ['FUNCTION LIST', functionNames(), [['library_name', 'l', 'functions', [['name', 'f', 'flags', []]]]]],
  ['MEMORY USAGE', memoryUsage(bytes('')), 56],
  ['DBSIZE', dbSize(), 12],
  ['TIME', time(), ['1700000000', '123456']],
];

test.each(COMMANDS)('%s', (_, command, sample) => {
  const replies = typeof sample === 'string' ? mutatedText(sample) : mutatedData(sample);
  endures(1, replies, (reply) => command.decode(reply as Reply), 'REDIS_ERROR');
});

test('SLOWLOG, to what people see of it', () => {
  const entry = [
    7,
    1_700_000_000,
    12_000,
    [bytes('SET'), bytes('a'), bytes('\u001b[2J')],
    bytes('127.0.0.1:1'),
    bytes(''),
  ];
  endures(
    3,
    mutatedData([entry, entry]),
    (reply) => {
      const entries = slowlogGet(10)
        .decode(reply as Reply)
        .map((command) => ({ node: 'node-1', role: 'master' as const, ...command }));
      return slowlogText({ cluster: 'lab', entries, slowerThan: 10_000, unseen: [] });
    },
    'REDIS_ERROR',
  );
});

test('any reply, as people see it', () => {
  endures(2, mutatedData(['a', [bytes('\u001b[2J'), null, 7], bytes('a\r\nb')]), (reply) => {
    const text = replyText(reply);
    expect(text).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u);
  });
});

test('keys and values of any bytes, as people see them', () => {
  endures(6, fc.uint8Array({ maxLength: 60 }), (key) => {
    expect(shownBytes(Buffer.from(key))).not.toMatch(/\p{Cc}|\p{Cf}|[\u2028\u2029]/u);
  });
});

test('replies as a socket delivers them, cut anywhere', () => {
  const sample =
    '*2\r\n$1\r\na\r\n$-1\r\n-MOVED 1 h:7001\r\n+OK\r\n:12\r\n*0\r\n$0\r\n\r\n*1\r\n*1\r\n$3\r\nabc\r\n';
  endures(
    6,
    cutBytes(mutatedText(sample)),
    (chunks) => {
      const heard: unknown[] = [];
      const reader = new ReplyReader({
        value: () => heard.push(1),
        nothing: () => heard.push(null),
        error: (message) => heard.push(message),
      });
      for (const chunk of chunks) reader.read(chunk);
    },
    'REDIS_ERROR',
  );
});

test('a redirection leads to a node that the load knows, or to none', () => {
  const nodes = [
    { name: 'node-1', host: '127.0.0.1', port: 7000, slots: [[0, 8000] as const] },
    { name: 'node-2', host: '127.0.0.1', port: 7001, slots: [[8001, 16_383] as const] },
  ];
  endures(
    1,
    mutatedText('MOVED 5474 127.0.0.1:7001', 'ASK 1 evil.example:22', 'MOVED 3 [::1]:7000'),
    (error) => {
      const route = new Route(nodes);
      const redirection = redirectionIn(error);
      if (redirection === undefined) return;
      const node = route.nodeAt(redirection.port);
      expect([undefined, 0, 1]).toContain(node);
      if (node !== undefined) route.moved(redirection.slot, node);
      for (let slot = 0; slot < 16_384; slot += 1000) expect([0, 1]).toContain(route.owner(slot));
    },
  );
});

const LOG = [
  `12:M 08 Mar 2024 10:00:00.123 * Marking node ${id('a')} (node-1) as failing (quorum reached).`,
  `12:S 08 Mar 2024 10:00:00.123 # Start of election delayed for 520 milliseconds (rank #0, offset 1234).`,
  `12:M 08 Mar 2024 10:00:00.123 # Failover auth granted to ${id('b')} (node-2) for epoch 7`,
  `12:S 08 Mar 2024 10:00:00.123 # Currently unable to failover: Waiting for votes, but majority still not reached.`,
  `12:M 08 Mar 2024 10:00:00.123 * FAIL message received from ${id('c')} () about ${id('a')} ()`,
];

test('lines of a node’s log', () => {
  endures(12, mutatedText(...LOG), parseLogLine);
});

test('a timeline of anything', () => {
  const event = { atMs: 12, node: 'node-1', kind: 'failed', event: 'marked node-2 as failing' };
  endures(2, fc.array(mutatedData(event), { maxLength: 6 }), (events) => {
    const timeline = toTimeline(
      events.filter((item) => item !== null && typeof item === 'object') as never as TimelineEvent[],
    );
    return phasesOf(timeline);
  });
});
