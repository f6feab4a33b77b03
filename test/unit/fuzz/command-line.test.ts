import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitArguments } from '../../../src/cli/commands/cli.js';
import { shown } from '../../../src/cli/ui/shown.js';
import { findNode } from '../../../src/cluster/node-reference.js';
import { toShellScript } from '../../../src/cluster/redis-cli.js';
import { parseClusterUrl } from '../../../src/config/doctor-schema.js';
import { parseDuration } from '../../../src/config/duration.js';
import { parseExpectation } from '../../../src/config/expectation.js';
import { resolveFault } from '../../../src/config/fault-schema.js';
import { size } from '../../../src/config/fields.js';
import { resolveOptions, resolveUp } from '../../../src/config/resolve.js';
import { rebalanceSchema, reshardSchema } from '../../../src/config/scaling-schema.js';
import { parseGroups } from '../../../src/drills/faults/groups.js';
import { seededRandom } from '../../../src/drills/faults/random.js';
import { pickTargets } from '../../../src/drills/faults/target.js';
import { STATUS } from '../drills/faults/nodes.js';
import { endures } from './endure.js';
import { mutatedData, mutatedText, type Data } from './hostile.js';

const random = seededRandom(1);

test('names of nodes', () => {
  endures(
    4,
    mutatedText('7001', 'node-2', 'aaaaaaa1', 'key:user:1', 'slot:5474'),
    (text) => findNode(STATUS.nodes, text),
    'NODE_UNKNOWN',
    'NODE_AMBIGUOUS',
  );
});

test('targets of faults', () => {
  const samples = [
    'random-master',
    'replica-of node-1',
    'all masters',
    '50% of replicas',
    '12.5 % of nodes',
    'shard-of key:a',
  ];
  endures(
    4,
    mutatedText(...samples),
    (text) => pickTargets(text, STATUS, random),
    'NODE_UNKNOWN',
    'NODE_AMBIGUOUS',
    'CONFIG_INVALID',
  );
});

test('groups of a partition', () => {
  endures(
    2,
    mutatedText('7000,7003/rest', '7000/7001,all replicas'),
    (text) => parseGroups(text, STATUS, random),
    'NODE_UNKNOWN',
    'NODE_AMBIGUOUS',
    'CONFIG_INVALID',
  );
});

test('durations', () => {
  endures(2, mutatedText('250ms', '1.5s', '2 m'), (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined) expect(ms).toBeLessThan(2 ** 31);
  });
});

test('sizes', () => {
  endures(1, mutatedText('100mb', '1gb', '17'), (text) => {
    const { data } = size.safeParse(text);
    if (data !== undefined) expect(Number.isSafeInteger(data)).toBe(true);
  });
});

test('lists of slots', () => {
  const asked = mutatedText('1000', '0-99,200-299', '7-7').map((slots) => ({
    from: 'all',
    to: '7000',
    slots,
  }));
  endures(
    2,
    asked,
    (options) => {
      const { slots } = resolveOptions(reshardSchema, options);
      if (typeof slots === 'number') return;
      for (const [first, last] of slots) expect(first >= 0 && first <= last && last < 16_384).toBe(true);
    },
    'CONFIG_INVALID',
  );
});

test('expectations', () => {
  endures(
    3,
    mutatedText('outage < 2s', 'errors(default) < 1%', 'p99(tuned, after) <= 20ms', 'lost == 0'),
    parseExpectation,
    'CONFIG_INVALID',
  );
});

const record = (sample: Data) =>
  mutatedData(sample).map((data) => (typeof data === 'object' && data !== null ? data : {}));

test('descriptions of faults', () => {
  const sample = { fault: 'latency', target: '7000', delay: '100ms', jitter: 5 };
  endures(2, record(sample), resolveFault, 'CONFIG_INVALID');
});

test('options', () => {
  const up = {
    cluster: 'lab',
    masters: '3',
    image: 'redis:7',
    set: ['save=3600 1'],
    bind: '127.0.0.1',
    announce: 'localhost',
    subnet: '10.1.2.0/24',
    maxmemory: '100mb',
  };
  endures(2, record(up), (options) => resolveUp(options as object), 'CONFIG_INVALID');
  const rebalance = { weight: ['7000=2', 'node-2=0.5'], threshold: '10', maxPause: '5' };
  endures(1, record(rebalance), (options) => resolveOptions(rebalanceSchema, options), 'CONFIG_INVALID');
});

test('the address of a cluster of others, without telling its password', () => {
  endures(
    2,
    mutatedText('redis://user:sesame@host.example:7000', 'rediss://[::1]:7000'),
    (text) => {
      try {
        return parseClusterUrl(text, {});
      } catch (error) {
        expect(String(error)).not.toContain('sesame');
        throw error;
      }
    },
    'CONFIG_INVALID',
  );
});

test('the words of a command', () => {
  endures(1, fc.array(mutatedText('node-1', '--', 'GET'), { maxLength: 4 }), splitArguments);
});

test('what a terminal is given', () => {
  endures(2, mutatedText('\u001b[31mred\u001b[39m plain \u001b[2J\u202e'), (text) => {
    expect(shown(text)).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u);
    // To show it once more changes nothing.
    expect(shown(shown(text))).toBe(shown(text));
  });
});

test('commands that are printed for people', () => {
  const word = mutatedText("it's", '$(id)', 'a b');
  endures(1, fc.array(word, { minLength: 1, maxLength: 4 }), (argv) => {
    const script = toShellScript([{ kind: 'command', argv }]);
    // Every character that means something to a shell stands between single quotes, or behind a backslash.
    const bare = script.replace(/'[^']*'|\\'/g, '');
    expect(bare).toMatch(/^[\w@%+=:,./ -]*\n$/);
  });
});
