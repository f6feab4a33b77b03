import { CommanderError } from 'commander';
import { describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.js';
import type { Invocation } from '../../../src/cli/adder.js';
import { buildProgram } from '../../../src/cli/program.js';

/** What a command line is taken for, and what is printed meanwhile. */
async function parsed(argv: readonly string[]): Promise<{ invocations: Invocation[]; printed: string }> {
  const invocations: Invocation[] = [];
  let printed = '';
  const program = buildProgram('1.2.3', (invocation) => {
    invocations.push(invocation);
    return Promise.resolve();
  });
  const output = { writeOut: (text: string) => (printed += text), writeErr: () => undefined };
  const nested = program.commands.flatMap(({ commands }) => commands);
  for (const command of [program, ...program.commands, ...nested]) command.configureOutput(output);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
  return { invocations, printed };
}

const words = (line: string) => (line === '' ? [] : line.split(' '));
const invocationOf = async (line: string) => (await parsed(words(line))).invocations;

describe('a command line is taken for', () => {
  test.each<[string, string, readonly string[], object]>([
    ['up', 'up', [], {}],
    ['up --masters 6 --replicas 2', 'up', [], { masters: '6', replicas: '2' }],
    ['up --cluster big', 'up', [], { cluster: 'big' }],
    ['up -c big', 'up', [], { cluster: 'big' }],
    ['up --base-port 7100 --any-port', 'up', [], { basePort: '7100', anyPort: true }],
    [
      'up --image valkey/valkey:9 --node-timeout 2000',
      'up',
      [],
      { image: 'valkey/valkey:9', nodeTimeout: '2000' },
    ],
    ['up --maxmemory 100mb --memory 256mb', 'up', [], { maxmemory: '100mb', memory: '256mb' }],
    ['up --set hz=50', 'up', [], { set: ['hz=50'] }],
    ['up --set hz=50 --set save=', 'up', [], { set: ['hz=50', 'save='] }],
    [
      'up --bind 0.0.0.0 --announce host --subnet 10.1.2.0/24',
      'up',
      [],
      { bind: '0.0.0.0', announce: 'host', subnet: '10.1.2.0/24' },
    ],
    [
      'up --persistence none --wait 90 --retain --force',
      'up',
      [],
      { persistence: 'none', wait: '90', retain: true, force: true },
    ],
    [
      'up --runtime process --redis-server /usr/bin/redis-server',
      'up',
      [],
      { runtime: 'process', redisServer: '/usr/bin/redis-server' },
    ],
    ['up --dry-run --json', 'up', [], { dryRun: true, json: true }],
    ['up -q --debug', 'up', [], { quiet: true, debug: true }],
    ['status', 'status', [], {}],
    ['status -w', 'status', [], { watch: true }],
    ['status --cluster=big --json', 'status', [], { cluster: 'big', json: true }],
    ['ls --json', 'ls', [], { json: true }],
    ['add-master', 'add-master', [], { rebalance: true }],
    ['add-master --replicas 2', 'add-master', [], { replicas: '2', rebalance: true }],
    ['add-master --count 3 --no-rebalance', 'add-master', [], { count: '3', rebalance: false }],
    ['add-replica --of 7001 --dry-run', 'add-replica', [], { of: '7001', dryRun: true }],
    ['remove 7006 node-8 -y --force', 'remove', ['7006', 'node-8'], { yes: true, force: true }],
    [
      'rebalance --weight 7000=2 --weight 7001=0 --include-empty',
      'rebalance',
      [],
      { weight: ['7000=2', '7001=0'], includeEmpty: true },
    ],
    [
      'reshard --from 7000 --from 7001 --to 7002 --slots 0-99 --max-pause 5',
      'reshard',
      [],
      { from: ['7000', '7001'], to: '7002', slots: '0-99', maxPause: '5' },
    ],
    ['reshard --from all --to 7002 --slots 9', 'reshard', [], { from: ['all'], to: '7002', slots: '9' }],
    ['rebalance -c big', 'rebalance', [], { cluster: 'big' }],
    ['kill --master 7001', 'kill', [], { master: '7001', wait: true }],
    ['kill --master key:user:1', 'kill', [], { master: 'key:user:1', wait: true }],
    ['kill --replica node-4', 'kill', [], { replica: 'node-4', wait: true }],
    ['kill --node slot:5474 --no-wait', 'kill', [], { node: 'slot:5474', wait: false }],
    ['pause 7001', 'pause', ['7001'], {}],
    ['pause random-master --for 5s --json', 'pause', ['random-master'], { for: '5s', json: true }],
    ['resume node-2', 'resume', ['node-2'], {}],
    ['partition 7000,7003/rest', 'partition', ['7000,7003/rest'], {}],
    ['partition 7000/rest --one-way --for 10s', 'partition', ['7000/rest'], { oneWay: true, for: '10s' }],
    ['faults --json', 'faults', [], { json: true }],
    ['heal -c big', 'heal', [], { cluster: 'big' }],
    ['drill list --json', 'drill', ['list'], { json: true }],
    ['drill show kill-master', 'drill', ['show', 'kill-master'], {}],
    ['drill run kill-master -c big', 'drill', ['run', 'kill-master'], { cluster: 'big' }],
    [
      'drill run my.yaml --runs 3 --seed 7 --rate 500 --html r.html',
      'drill',
      ['run', 'my.yaml'],
      { runs: '3', seed: '7', rate: '500', html: 'r.html' },
    ],
    [
      'drill run kill-master --expect lost==0 --expect outage<2s --allow-unhealthy',
      'drill',
      ['run', 'kill-master'],
      { expect: ['lost==0', 'outage<2s'], allowUnhealthy: true },
    ],
    ['bench', 'bench', [], {}],
    [
      'bench -c big --workload mixed --rate 5000 --duration 30s --distribution zipf --hash-tags',
      'bench',
      [],
      {
        ...{ cluster: 'big', workload: 'mixed', rate: '5000', duration: '30s', distribution: 'zipf' },
        hashTags: true,
      },
    ],
    [
      'bench --compare single,3 --rounds 5 --html page.html --engine redis-benchmark',
      'bench',
      [],
      { compare: 'single,3', rounds: '5', html: 'page.html', engine: 'redis-benchmark' },
    ],
    ['bench --against a.json --tolerance 15', 'bench', [], { against: 'a.json', tolerance: '15' }],
    ['start 7001', 'start', ['7001'], {}],
    ['stop node-4 -c big', 'stop', ['node-4'], { cluster: 'big' }],
    ['logs', 'logs', [], {}],
    ['logs 7001 -f -n 20', 'logs', ['7001'], { follow: true, tail: '20' }],
    ['cli', 'cli', [], {}],
    ['cli 7001', 'cli', ['7001'], {}],
    ['cli -c big get -x --json', 'cli', ['get', '-x', '--json'], { cluster: 'big' }],
    ['cli 7001 -- cluster nodes', 'cli', ['7001', '--', 'cluster', 'nodes'], {}],
    ['cli -- set user:1 hello', 'cli', ['set', 'user:1', 'hello'], {}],
    ['connect', 'connect', [], {}],
    ['connect redis-py --json', 'connect', ['redis-py'], { json: true }],
    ['compose', 'compose', [], {}],
    ['compose --masters 6 -o compose.yaml', 'compose', [], { masters: '6', output: 'compose.yaml' }],
    ['slot a b', 'slot', ['a', 'b'], {}],
    ['slot --stdin -0 --hex', 'slot', [], { stdin: true, null: true, hex: true }],
    ['explain -c big MGET a --json', 'explain', ['MGET', 'a', '--json'], { cluster: 'big' }],
    ['keys user:* --limit 5 --type hash', 'keys', ['user:*'], { limit: '5', type: 'hash' }],
    ['count --json', 'count', [], { json: true }],
    ['flush -y', 'flush', [], { yes: true }],
    ['call --on masters CLIENT LIST --x', 'call', ['CLIENT', 'LIST', '--x'], { on: 'masters' }],
    ['config get max*', 'config', ['get', 'max*'], {}],
    ['config show --masters 4 --any-port', 'config', ['show'], { masters: '4', anyPort: true }],
    ['config check lab.yaml --json', 'config', ['check', 'lab.yaml'], { json: true }],
    ['config init', 'config', ['init'], {}],
    ['use big', 'use', ['big'], {}],
    ['up --config lab.yaml --no-any-port', 'up', [], { config: 'lab.yaml', anyPort: false }],
    ['add-master --rebalance', 'add-master', [], { rebalance: true }],
    ['config set a 1 b 2 --no-rewrite', 'config', ['set', 'a', '1', 'b', '2'], { rewrite: false }],
    ['info memory', 'info', ['memory'], {}],
    ['slowlog --limit 5', 'slowlog', [], { limit: '5' }],
    ['skew --by keys --for 2s', 'skew', [], { by: 'keys', for: '2s' }],
    ['down', 'down', [], {}],
    ['down --keep-data', 'down', [], { keepData: true }],
  ])('%s', async (line, command, args, options) => {
    expect(await invocationOf(line)).toEqual([{ command, args, options }]);
  });
});

describe('wrong usage', () => {
  test.each([
    ['stauts', 'commander.unknownCommand', "unknown command 'stauts'\n(Did you mean status?)"],
    ['up --master 3', 'commander.unknownOption', "unknown option '--master'\n(Did you mean --masters?)"],
    ['--json status', 'commander.unknownOption', "unknown option '--json'"],
    ['up --masters', 'commander.optionMissingArgument', "option '--masters <count>' argument missing"],
    ['up now', 'commander.excessArguments', "too many arguments for 'up'"],
    ['up --runtime podman', 'commander.invalidArgument', 'Allowed choices are docker, process'],
    ['start', 'commander.missingArgument', "missing required argument 'node'"],
    ['start 7001 7002', 'commander.excessArguments', "too many arguments for 'start'"],
    ['kill --master 7001 --replica 7004', 'commander.conflictingOption', 'cannot be used with option'],
    ['kill --replica 7004 --node 7001', 'commander.conflictingOption', 'cannot be used with option'],
    ['drill run', 'commander.missingArgument', "missing required argument 'scenario'"],
    ['drill rum kill-master', 'commander.unknownCommand', "unknown command 'rum'"],
    ['drill run kill-master --run 3', 'commander.unknownOption', "unknown option '--run'"],
    ['kill 7001', 'commander.excessArguments', "too many arguments for 'kill'"],
    ['compose --json', 'commander.unknownOption', "unknown option '--json'"],
    ['down --keep', 'commander.unknownOption', "unknown option '--keep'"],
  ])('%s', async (line, code, message) => {
    const error: unknown = await parsed(words(line)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommanderError);
    expect(error).toMatchObject({ code, exitCode: 1, message: expect.stringContaining(message) as string });
  });

  test('invokes nothing', async () => {
    const invoke = vi.fn(() => Promise.resolve());
    const program = buildProgram('1.2.3', invoke);
    for (const command of program.commands) command.configureOutput({ writeErr: () => undefined });
    await expect(program.parseAsync(['up', 'now'], { from: 'user' })).rejects.toThrow(CommanderError);
    expect(invoke).not.toHaveBeenCalled();
  });
});

describe('help', () => {
  test('lists every command', async () => {
    const { printed } = await parsed(['--help']);
    for (const name of Object.keys(COMMANDS)) expect(printed).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  test.each(Object.keys(COMMANDS))('of %s has examples', async (name) => {
    const { printed, invocations } = await parsed([name, '--help']);
    expect(printed).toContain(`\nExamples:\n  $ rcluster ${name}`);
    expect(invocations).toEqual([]);
  });

  test.each(['kill', 'pause', 'resume', 'partition', 'start', 'stop', 'logs', 'cli'])(
    'of %s says how a node is named',
    async (name) => {
      expect((await parsed([name, '--help'])).printed).toContain('key:NAME');
    },
  );
});

describe('every example in the help', () => {
  const examples = buildProgram('1.2.3', () => Promise.resolve()).commands.flatMap((command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    return [...help.matchAll(/^ {2}\$ rcluster ([^|&\n]+)/gm)].map(([, line = '']) => line.trim());
  });

  test('is found', () => expect(examples.length).toBeGreaterThan(20));

  test.each(examples)('%s', async (line) => {
    const [invocation] = await invocationOf(line);
    expect(invocation?.command).toBe(line.split(' ')[0]);
  });
});

test('--version prints the version alone', async () => {
  expect((await parsed(['--version'])).printed).toBe('1.2.3\n');
});
