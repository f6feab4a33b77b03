import { CommanderError } from 'commander';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands/index.js';
import { buildProgram, type Invocation } from '../../../src/cli/program.js';

beforeEach(() => {
  vi.stubEnv('RCLUSTER_CLUSTER', undefined);
});

/** What a command line is taken for, and what is printed meanwhile. */
async function parsed(argv: readonly string[]): Promise<{ invocations: Invocation[]; printed: string }> {
  const invocations: Invocation[] = [];
  let printed = '';
  const program = buildProgram('1.2.3', (invocation) => {
    invocations.push(invocation);
    return Promise.resolve();
  });
  const output = { writeOut: (text: string) => (printed += text), writeErr: () => undefined };
  for (const command of [program, ...program.commands]) command.configureOutput(output);
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
    ['add-master', 'add-master', [], {}],
    ['add-master --replicas 2', 'add-master', [], { replicas: '2' }],
    ['rebalance -c big', 'rebalance', [], { cluster: 'big' }],
    ['kill --master 7001', 'kill', [], { master: '7001', wait: true }],
    ['kill --master key:user:1', 'kill', [], { master: 'key:user:1', wait: true }],
    ['kill --replica node-4', 'kill', [], { replica: 'node-4', wait: true }],
    ['kill --node slot:5474 --no-wait', 'kill', [], { node: 'slot:5474', wait: false }],
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
    ['down', 'down', [], {}],
    ['down --keep-data', 'down', [], { keepData: true }],
  ])('%s', async (line, command, args, options) => {
    expect(await invocationOf(line)).toEqual([{ command, args, options }]);
  });
});

describe('the cluster', () => {
  test('may be named by the environment', async () => {
    vi.stubEnv('RCLUSTER_CLUSTER', 'lab');
    expect((await invocationOf('status'))[0]?.options).toEqual({ cluster: 'lab' });
  });

  test('is the one on the command line when both are there', async () => {
    vi.stubEnv('RCLUSTER_CLUSTER', 'lab');
    expect((await invocationOf('status -c big'))[0]?.options).toEqual({ cluster: 'big' });
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

  test.each(['kill', 'start', 'stop', 'logs', 'cli'])('of %s says how a node is named', async (name) => {
    expect((await parsed([name, '--help'])).printed).toContain('key:NAME');
  });
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
