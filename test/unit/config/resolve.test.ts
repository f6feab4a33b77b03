import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULTS, defaultNodeTimeout } from '../../../src/config/defaults.js';
import { addMasterSchema, rebalanceSchema, reshardSchema } from '../../../src/config/scaling-schema.js';
import { flagOf, resolveOptions, resolveUp } from '../../../src/config/resolve.js';
import { clusterSpec } from '../helpers/specs.js';
import { thrownBy } from '../helpers/errors.js';

/** As the command line hands them over: what their types say is not certain there. */
const up = (options: object) => resolveUp(options);

/** Every problem, as the user reads it. */
function problemsOf(options: object): readonly string[] {
  const { code, message, details } = thrownBy(() => up(options));
  expect(code).toBe('CONFIG_INVALID');
  return details.length === 0 ? [message] : details;
}

describe('without options', () => {
  test('the specification is what the README states', () => {
    expect(resolveUp({}).spec).toEqual(
      clusterSpec({ nodeTimeout: defaultNodeTimeout(6), memory: 2 * 1024 ** 3 }),
    );
  });

  test('the behaviour is to wait a minute and to tidy up', () => {
    expect(resolveUp({}).behaviour).toEqual({
      runtime: undefined,
      redisServer: undefined,
      anyPort: false,
      waitMs: 60_000,
      retain: false,
    });
  });

  test('nothing counts as given', () => expect(resolveUp({}).given).toEqual(new Map()));
});

test('flags and library options give the same specification', () => {
  const flags = {
    cluster: 'big',
    masters: '6',
    replicas: '2',
    basePort: '7100',
    nodeTimeout: '2000',
    maxmemory: '100mb',
    memory: '256mb',
    set: ['maxmemory-policy=allkeys-lru', 'hz=50', 'lazyfree-lazy-eviction=yes'],
    wait: '90',
  };
  const library = {
    cluster: 'big',
    masters: 6,
    replicas: 2,
    basePort: 7100,
    nodeTimeout: 2000,
    maxmemory: 100 * 1024 ** 2,
    memory: 256 * 1024 ** 2,
    set: { 'maxmemory-policy': 'allkeys-lru', hz: 50, 'lazyfree-lazy-eviction': 'yes' },
    wait: 90,
  };
  expect(up(flags)).toEqual(up(library));
  expect(up(flags).spec).toEqual(
    clusterSpec({
      name: 'big',
      masters: 6,
      replicas: 2,
      basePort: 7100,
      nodeTimeout: 2000,
      maxmemory: 104_857_600,
      memory: 268_435_456,
      set: { 'maxmemory-policy': 'allkeys-lru', hz: '50', 'lazyfree-lazy-eviction': 'yes' },
    }),
  );
});

test('settings of single nodes are read as those of all are', () => {
  const nodes = { 'node-2': { set: { hz: 10 }, maxmemory: '1mb' }, 'node-9': {} };
  expect(up({ nodes }).spec.nodes).toEqual({
    'node-2': { set: { hz: '10' }, maxmemory: 1_048_576 },
    'node-9': { set: {} },
  });
  expect(thrownBy(() => up({ nodes: { 'node-2': { set: { port: 7 } } } })).message).toBe(
    'nodes: port cannot be set: use --base-port',
  );
  expect(thrownBy(() => up({ nodes: { 'node-2': { maxmemory: '2gb' } }, memory: '1gb' })).message).toBe(
    'nodes: node-2 has more maxmemory than --memory lets it have',
  );
});

describe('what was given', () => {
  test('is told with its flag', () => {
    expect([...up({ nodeTimeout: '500', set: ['hz=50'] }).given]).toEqual([
      ['nodeTimeout', '--node-timeout'],
      ['set', '--set'],
    ]);
  });

  test('leaves out how up goes about it', () => expect(up({ wait: '5', retain: true }).given.size).toBe(0));

  test('leaves out an option that is undefined', () => {
    expect(up({ masters: undefined }).spec.masters).toBe(DEFAULTS.masters);
    expect([...up({ masters: undefined }).given]).toEqual([]);
  });
});

test('the node timeout goes with the number of nodes, unless it is given', () => {
  expect(up({ masters: 30 }).spec.nodeTimeout).toBe(defaultNodeTimeout(60));
  expect(up({ masters: 30, nodeTimeout: '500' }).spec.nodeTimeout).toBe(500);
});

test.each([
  ['masters', '--masters'],
  ['nodeTimeout', '--node-timeout'],
  ['redisServer', '--redis-server'],
])('flagOf(%j) is %s', (option, flag) => expect(flagOf(option)).toBe(flag));

describe('a value that is wrong is refused with its flag', () => {
  test.each<[object, string]>([
    [
      { cluster: 'A b' },
      '--cluster A b: must be 1 to 40 of a-z, 0-9, _ and -, starting with a letter or digit',
    ],
    [{ cluster: '' }, '--cluster : must be 1 to 40 of a-z, 0-9, _ and -, starting with a letter or digit'],
    [{ cluster: 'x'.repeat(41) }, '--cluster'],
    [{ masters: 'three' }, '--masters three: must be a whole number'],
    [{ masters: '3.5' }, '--masters 3.5: must be a whole number'],
    [{ masters: 3.5 }, '--masters 3.5: must be a whole number from 1 to 1000'],
    [{ masters: 0 }, '--masters 0: must be a whole number from 1 to 1000'],
    [{ masters: NaN }, '--masters NaN: must be a whole number'],
    [{ masters: null }, '--masters: must be a whole number'],
    [{ replicas: '-1' }, '--replicas -1: must be a whole number'],
    [{ replicas: 11 }, '--replicas 11: must be a whole number from 0 to 10'],
    [{ basePort: '65536' }, '--base-port 65536: must be a port from 1 to 65535'],
    [{ basePort: '9'.repeat(400) }, '--base-port'],
    [{ image: '' }, '--image : must be an image reference, such as redis:7-alpine'],
    [{ image: '-v' }, '--image -v: must be an image reference, such as redis:7-alpine'],
    [{ image: 'redis:7\nx' }, '--image'],
    [{ nodeTimeout: '99' }, '--node-timeout 99: must be a number of milliseconds from 100 to 600000'],
    [{ persistence: 'disk' }, '--persistence disk: must be aof, rdb or none'],
    [{ maxmemory: 'lots' }, '--maxmemory lots: must be a size, such as 100mb or 1gb'],
    [{ maxmemory: '-1' }, '--maxmemory -1: must be a size, such as 100mb or 1gb'],
    [{ maxmemory: '1.5gb' }, '--maxmemory 1.5gb: must be a size, such as 100mb or 1gb'],
    [{ maxmemory: -1 }, '--maxmemory -1:'],
    [{ memory: '1mb' }, '--memory 1mb: must be at least 16mb'],
    [{ bind: '::1' }, '--bind ::1: must be an IPv4 address, such as 127.0.0.1'],
    [{ bind: 'localhost' }, '--bind localhost: must be an IPv4 address, such as 127.0.0.1'],
    [{ announce: 'a b' }, '--announce a b: must be a host name or an IPv4 address'],
    [{ announce: '-a.example' }, '--announce -a.example: must be a host name or an IPv4 address'],
    [{ announce: '0.0.0.0' }, '--announce 0.0.0.0: must be an address that clients can connect to'],
    [{ subnet: '172.30.7.0' }, '--subnet 172.30.7.0: must be an IPv4 subnet, such as 172.30.7.0/24'],
    [{ subnet: 'fd00::/64' }, '--subnet fd00::/64: must be an IPv4 subnet, such as 172.30.7.0/24'],
    [{ subnet: '10.1/16' }, '--subnet 10.1/16: must be an IPv4 subnet, such as 172.30.7.0/24'],
    [{ runtime: 'podman' }, '--runtime podman: must be docker or process'],
    [{ redisServer: '' }, '--redis-server'],
    [{ wait: '0' }, '--wait 0: must be a number of seconds from 1 to 3600'],
    [{ retain: 'yes' }, '--retain yes:'],
  ])('%j', (options, start) => {
    const problems = problemsOf(options);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(start);
  });

  test.each([
    ['of a unit that is none', '5constructor'],
    ['beyond all numbers', '9'.repeat(400)],
    ['that redis.conf could not be given in digits', '999999999999999gb'],
  ])('a size %s', (_, maxmemory) => {
    expect(problemsOf({ maxmemory })).toEqual([expect.stringMatching(/^--maxmemory/)]);
  });

  test('an unknown option', () => {
    expect(problemsOf({ nods: 6 })).toEqual(['--nods: is not an option']);
  });

  test('one problem is the message, several are counted and listed in full', () => {
    expect(thrownBy(() => up({ masters: 'x' }))).toMatchObject({
      message: '--masters x: must be a whole number',
      details: [],
    });
    expect(thrownBy(() => up({ masters: 'x', wait: 0, nods: 6 }))).toMatchObject({
      message: '3 options are wrong',
      details: [
        '--masters x: must be a whole number',
        '--wait 0: must be a number of seconds from 1 to 3600',
        '--nods: is not an option',
      ],
    });
  });

  test('what is neither text nor a number is no size and no setting', () => {
    for (const value of [{ toString: 0 }, Symbol('x'), null, [], true]) {
      const problems = thrownBy(() => up({ maxmemory: value, set: [value] })).details;
      expect(problems).toEqual([
        '--maxmemory: must be a size, such as 100mb or 1gb',
        '--set: "" must read KEY=VALUE',
      ]);
    }
  });

  test('whatever the options are, the answer is a specification or CONFIG_INVALID', () => {
    const key = fc.constantFrom(
      'masters',
      'maxmemory',
      'set',
      'subnet',
      'announce',
      'bind',
      'image',
      'cluster',
      'x',
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.anything()), (options) => {
        let spec;
        try {
          ({ spec } = up({ ...options }));
        } catch (error) {
          expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
          return;
        }
        expect(spec.version).toBe(1);
      }),
    );
  });
});

describe('sizes are written as in redis.conf', () => {
  test.each([
    ['0', 0],
    ['1024', 1024],
    ['1b', 1],
    ['1k', 1000],
    ['1kb', 1024],
    ['1m', 1_000_000],
    ['100mb', 104_857_600],
    ['100 mb', 104_857_600],
    ['2G', 2_000_000_000],
    ['2GB', 2_147_483_648],
  ])('%s is %i bytes', (text, bytes) => expect(up({ maxmemory: text }).spec.maxmemory).toBe(bytes));
});

describe('--set', () => {
  const settings = (set: unknown) => up({ set }).spec.set;

  test('keeps everything behind the first = as the value', () => {
    expect(settings(['a=b=c', 'save='])).toEqual({ a: 'b=c', save: '' });
  });

  test('lets the last of several values win', () =>
    expect(settings(['hz=10', 'hz=50'])).toEqual({ hz: '50' }));

  test('takes numbers and booleans from the library', () => {
    expect(settings({ hz: 50, 'dynamic-hz': false })).toEqual({ hz: '50', 'dynamic-hz': 'false' });
  });

  test.each([['hz'], ['=50'], ['']])('%j reads not KEY=VALUE', (pair) => {
    expect(problemsOf({ set: [pair] })).toEqual([`--set: "${pair}" must read KEY=VALUE`]);
  });

  test.each(['a b', '2hz', 'hz\nport', '--hz', 'hz"'])('%j is no name of a setting', (key) => {
    expect(problemsOf({ set: { [key]: '1' } })).toEqual([
      `--set: "${key}" is not the name of a redis.conf setting`,
    ]);
  });

  test.each(['\n', '\r', '\0'])('a value with %j would start another setting', (character) => {
    const value = `50${character}requirepass x`;
    expect(problemsOf({ set: { hz: value } })).toEqual(['--set: the value of hz must be a single line']);
    expect(problemsOf({ set: [`hz=${value}`] })).toEqual(['--set: the value of hz must be a single line']);
  });

  test.each([
    ['port', 'use --base-port'],
    ['Port', 'use --base-port'],
    ['bind', 'use --bind'],
    ['cluster-node-timeout', 'use --node-timeout'],
    ['maxmemory', 'use --maxmemory'],
    ['appendonly', 'use --persistence'],
    ['cluster-announce-hostname', 'use --announce'],
    ['cluster-enabled', 'every node is a cluster node'],
    ['dir', 'data lies in the node’s volume'],
    ['requirepass', 'passwords would be visible in labels'],
    ['masterauth', 'passwords would be visible in labels'],
    ['include', 'give the settings themselves'],
  ])('%s is decided elsewhere', (key, reason) => {
    expect(problemsOf({ set: [`${key}=1`] })).toEqual([`--set: ${key} cannot be set: ${reason}`]);
  });

  test('all that is wrong with it is told at once', () => {
    expect(problemsOf({ set: { port: '1', 'a b': '2', hz: '1\n2' } })).toHaveLength(3);
    expect(problemsOf({ set: ['hz', 'timeout'] })).toHaveLength(2);
  });

  test.each([[['hz=50', 5]], ['hz=50'], [5], [null]])('%j is neither list nor record of settings', (set) => {
    expect(problemsOf({ set })).toEqual([expect.stringMatching(/^--set/)]);
  });
});

describe('rules that no single option shows', () => {
  test('fewer than 3 masters need --force', () => {
    expect(problemsOf({ masters: 2 })).toEqual([expect.stringMatching(/^--masters: 2 is too few.*--force/)]);
    expect(up({ masters: 2, force: true }).spec.masters).toBe(2);
  });

  test('the last bus port must exist', () => {
    expect(problemsOf({ basePort: 55_531 })).toEqual([
      '--base-port: 55531 is too high for 6 nodes: the cluster bus of the last one would be at port 65536 (port + 10000, at most 65535); at most 55530',
    ]);
    expect(up({ basePort: 55_530 }).spec.basePort).toBe(55_530);
  });

  test('who publishes everywhere must say what clients are told', () => {
    expect(problemsOf({ bind: '0.0.0.0', insecure: true })).toEqual([
      expect.stringMatching(/^--announce: is needed/),
    ]);
    const reached = { bind: '0.0.0.0', insecure: true } as const;
    expect(up({ ...reached, announce: 'redis.example' }).spec.announce).toBe('redis.example');
    expect(up({ ...reached, announce: 'network' }).spec.announce).toBe('network');
  });

  test('clients are told the address that the ports are published on', () => {
    expect(up({ bind: '127.0.0.2' }).spec.announce).toBe('127.0.0.2');
    expect(up({ bind: '127.0.0.2', announce: 'redis.example' }).spec.announce).toBe('redis.example');
  });

  test('the subnet must have room for the nodes', () => {
    expect(problemsOf({ subnet: '10.1.2.0/28' })).toEqual(['--subnet: 10.1.2.0/28 is too small for 6 nodes']);
    expect(up({ subnet: '10.1.2.0/27' }).spec.subnet).toBe('10.1.2.0/27');
  });

  test('the container must hold what redis may', () => {
    expect(problemsOf({ maxmemory: '200mb', memory: '100mb' })).toEqual([
      expect.stringMatching(/^--memory: is less than --maxmemory/),
    ]);
    expect(up({ maxmemory: '200mb' }).spec.memory).toBe(2 * 1024 ** 3);
    expect(up({ maxmemory: '3gb' }).spec.memory).toBe(6 * 1024 ** 3);
    expect(up({ nodes: { 'node-2': { maxmemory: '3gb' } } }).spec.memory).toBe(6 * 1024 ** 3);
    expect(up({ memory: 0, maxmemory: '3gb' }).spec.memory).toBe(0);
    expect(up({ maxmemory: '100mb', memory: '100mb' }).spec.memory).toBe(104_857_600);
  });

  test('are told beside what is malformed', () => {
    expect(problemsOf({ masters: 2, nodeTimeout: 'x' })).toEqual([
      '--node-timeout x: must be a number of milliseconds',
      expect.stringMatching(/^--masters: 2 is too few/),
    ]);
  });

  test('say nothing of an option that is malformed already', () => {
    expect(problemsOf({ bind: '0.0.0.0', insecure: true, announce: 'a b' })).toEqual([
      '--announce a b: must be a host name or an IPv4 address',
    ]);
  });

  test('all that are broken are told at once', () => {
    const wrong = {
      masters: 2,
      basePort: 60_000,
      bind: '0.0.0.0',
      subnet: '10.1.2.0/30',
      memory: '16mb',
      maxmemory: '1gb',
    };
    expect(problemsOf(wrong).map((problem) => problem.split(':')[0])).toEqual([
      '--masters',
      '--base-port',
      '--announce',
      '--bind',
      '--subnet',
      '--memory',
    ]);
  });
});

describe('resolveOptions', () => {
  const defaults = { maxPause: 10, count: 1, weight: 1, rebalance: true };
  test.each([
    [{}, defaults],
    [{ replicas: '2' }, { ...defaults, replicas: 2 }],
    [
      { replicas: 0, weight: '0.5', maxPause: '3', maxKeySize: '1mb' },
      { ...defaults, replicas: 0, weight: 0.5, maxPause: 3, maxKeySize: 1024 ** 2 },
    ],
  ])('of add-master: %j', (options, resolved) =>
    expect(resolveOptions(addMasterSchema, options)).toEqual(resolved),
  );

  test.each<[object, string]>([
    [{ replicas: 'x' }, '--replicas x: must be a whole number'],
    [{ replicas: 11 }, '--replicas 11: must be a whole number from 0 to 10'],
    [{ masters: 1 }, '--masters: is not an option'],
    [{ weight: '-1' }, '--weight -1: must be a number, 0 or more'],
    [{ count: 0 }, '--count 0: must be a whole number from 1 to 100'],
  ])('of add-master refuses %j', (options, message) => {
    expect(thrownBy(() => resolveOptions(addMasterSchema, options))).toMatchObject({
      code: 'CONFIG_INVALID',
      message,
    });
  });

  const reshard = { from: '7000', to: '7001' };
  test.each([
    ['1000', 1000],
    [7, 7],
    ['7-7', [[7, 7]]],
    [
      '0-99,200-299',
      [
        [0, 99],
        [200, 299],
      ],
    ],
  ])('of reshard reads the slots %j', (slots, resolved) =>
    expect(resolveOptions(reshardSchema, { ...reshard, slots }).slots).toEqual(resolved),
  );

  test.each(['', 'x', '9-1', '0-16384', '1,2,', '-5', '1.5'])('of reshard refuses the slots %j', (slots) => {
    expect(thrownBy(() => resolveOptions(reshardSchema, { ...reshard, slots }))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^--slots/) as unknown,
    });
  });

  test('of rebalance reads weights as pairs and as a record', () => {
    const weight = { 'node-1': 2, 'key:a=b': 0.5 };
    expect(resolveOptions(rebalanceSchema, { weight: ['node-1=2', 'key:a=b=0.5'] }).weight).toEqual(weight);
    expect(resolveOptions(rebalanceSchema, { weight }).weight).toEqual(weight);
    expect(thrownBy(() => resolveOptions(rebalanceSchema, { weight: ['7000'] }))).toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});
