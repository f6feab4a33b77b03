import type { Command } from 'commander';
import { bootOptions, common, examplesText, json, upOptions } from './option-groups.js';
import { adderTo, type Invoke } from './adder.js';

const HEADING = 'What is in it:';

/** The two things that `config` is about. */
const SERVERS = 'Settings of the servers (CONFIG GET and SET):';
const OURS = 'What rcluster is told (rcluster.yaml, RCLUSTER_* variables, flags):';

const SAID_BY = `
Flags go before variables, these before the file, and that before defaults.

The file is the nearest rcluster.yaml from the working folder upwards, or that of --config or RCLUSTER_CONFIG. An option is
called there as its flag is: those of up in clusters.NAME, those of any other command in commands.COMMAND.

A variable is RCLUSTER_FLAG for what a cluster shall be, such as RCLUSTER_BASE_PORT, and for RCLUSTER_JSON, RCLUSTER_QUIET
and RCLUSTER_DEBUG; else RCLUSTER_COMMAND_FLAG, such as RCLUSTER_REBALANCE_MAX_PAUSE. Flags without a value are 1 or 0;
several values are parted by ";".

Consent (--yes, --force, --insecure, --takeover, --fix, --allow-...) and what a command requires count as flags alone; only a
cluster in the file can have force, beside its masters, and insecure, beside its bind.`;

const EXIT_HELP = `
Exit code: 0 done; 1 something could not be seen, and the result says what.`;

/** The commands for living with a cluster: where keys are, what commands do there, and every node asked at once. */
export function addLivingCommands(program: Command, invoke: Invoke): void {
  const add = adderTo(program, invoke, HEADING);

  common(
    add('slot', 'slot [keys...]', 'say where keys are, and whether they can be used together', [
      'rcluster slot user:1',
      'rcluster slot {user:1}:name {user:1}:mail',
      'rcluster slot --hex 00ff7b61',
    ]),
  )
    .option('--stdin', 'read the keys from standard input, one a line')
    .option('-0, --null', 'with --stdin: keys end with a NUL byte instead of a line break')
    .option('--hex', 'keys are given as pairs of hex digits');

  common(
    add('explain', 'explain <command> [args...]', 'say what the cluster would answer, without doing it', [
      'rcluster explain MGET user:1 user:2',
      'rcluster explain --json SELECT 1',
      "rcluster explain MULTI ';' SET user:1 a ';' SET user:2 b ';' EXEC",
    ]),
  )
    .passThroughOptions()
    .addHelpText(
      'after',
      `
The servers are asked: for the keys, and for what they would refuse; nothing is carried out. Several commands are parted by
';' and, where the first is MULTI, are one transaction. Options stand before the command.

Exit code: 0 the cluster takes it as it is; 1 it is refused.`,
    );

  common(
    add('keys', 'keys [pattern]', 'find keys on all masters, with SCAN', [
      "rcluster keys 'user:*' --limit 20",
      'rcluster keys --type stream',
      'rcluster keys -0 tmp:*',
    ]),
  )
    .option('--limit <count>', 'stop after so many keys')
    .option('--count <count>', 'how many keys a server looks at in a turn (default: 1000)')
    .option('--type <type>', 'of this type alone: string, hash, list, set, zset, stream')
    .option(
      '-0, --null',
      'print keys byte by byte, each ended by a NUL byte, for xargs -0; on a terminal they are shown as without it',
    )
    .addHelpText(
      'after',
      `\nA key that is not plain text is printed in quotes, as redis-cli does.${EXIT_HELP}`,
    );

  common(
    add('count', 'count', 'count the keys of all masters', ['rcluster count', 'rcluster count --json']),
  ).addHelpText('after', EXIT_HELP);

  common(add('flush', 'flush', 'delete all keys of all masters', ['rcluster flush', 'rcluster flush --yes']))
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', EXIT_HELP);

  common(
    add('call', 'call <command> [args...]', 'send a command to many nodes, and compare the answers', [
      'rcluster call DBSIZE',
      'rcluster call --on masters MEMORY PURGE',
      'rcluster call --on 7001 CLIENT LIST',
    ]),
  )
    .option('--on <nodes>', 'all, masters, replicas or one node (default: all)')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
Options stand before the command: what follows it belongs to it. Each node answers for itself; rcluster cli follows
redirections instead.

Exit code: 0 every node answered; 1 one could not be asked; 4 one answered with an error.`,
    );

  addConfigCommands(program, invoke);

  common(
    add('info', 'info [sections...]', 'show INFO of all nodes side by side', [
      'rcluster info memory',
      'rcluster info replication clients',
    ]),
  ).addHelpText('after', EXIT_HELP);

  common(
    add('slowlog', 'slowlog', 'show the slow logs of all nodes as one, newest first', [
      'rcluster slowlog',
      'rcluster slowlog --limit 100',
    ]),
  )
    .option('--limit <count>', 'so many commands at most (default: 20)')
    .addHelpText('after', EXIT_HELP);

  common(
    add('skew', 'skew', 'say what is uneven among masters and slots, and which tag or key is to blame', [
      'rcluster skew',
      'rcluster skew --by keys',
      'rcluster skew --sample 100000 --for 10s',
    ]),
  )
    .option('--by <measure>', 'memory or keys: what shall be even (default: memory)')
    .option('--sample <count>', 'how many keys to weigh on each master (default: 5000)')
    .option('--for <time>', 'how long to count operations, such as 5s (default: 1s)')
    .addHelpText('after', EXIT_HELP);
}

/** One word with several below it. */
function addConfigCommands(program: Command, invoke: Invoke): void {
  const config = program
    .command('config')
    .helpGroup(HEADING)
    .description(
      'settings of all running servers (get, set), and what rcluster itself is told by its file (show, check, init)',
    )
    .exitOverride();
  const add = (
    heading: string,
    action: string,
    usage: string,
    description: string,
    examples: readonly string[],
  ) => {
    const command = config
      .command(usage)
      .description(description)
      .helpGroup(heading)
      .exitOverride()
      .addHelpText('after', examplesText(examples))
      .action(async () =>
        invoke({ command: 'config', args: [action, ...command.args], options: command.opts() }),
      );
    return command;
  };
  const get = ['rcluster config get maxmemory', "rcluster config get 'maxmemory*' appendonly"];
  const set = [
    'rcluster config set maxmemory 100mb',
    'rcluster config set maxmemory 100mb maxmemory-policy allkeys-lru',
    'rcluster config set --no-rewrite slowlog-log-slower-than 1000',
  ];
  const show = ['rcluster config show', 'rcluster config show --cluster big --json'];
  const check = ['rcluster config check', 'rcluster config check lab.yaml'];
  const init = ['rcluster config init', 'rcluster config init lab.yaml'];
  config
    .addHelpText('after', examplesText([...get, ...set, ...show, ...check, ...init]))
    .addHelpText('after', SAID_BY);
  common(add(SERVERS, 'get', 'get <patterns...>', 'show settings, and which nodes differ', get)).addHelpText(
    'after',
    EXIT_HELP,
  );
  common(
    add(
      SERVERS,
      'set',
      'set <pairs...>',
      'change settings on every node, or, when one refuses, on none',
      set,
    ),
  )
    .option('--no-rewrite', 'do not write it to redis.conf: it ends with the server')
    .addHelpText(
      'after',
      `\nNodes that are booted later begin with what the cluster was made with.${EXIT_HELP}`,
    );

  common(
    bootOptions(
      upOptions(add(OURS, 'show', 'show', 'show every option of up with its value, and who says so', show)),
    ),
  ).addHelpText(
    'after',
    '\nIt asks no server: rcluster config get does. Flags are taken as up would take them.',
  );
  json(
    add(
      OURS,
      'check',
      'check [file]',
      'say everything that is wrong with the file (exit 2), also as a whole',
      check,
    ),
  ).option('--debug', 'print stack traces');
  json(
    add(OURS, 'init', 'init [file]', 'write a file to begin with (default: rcluster.yaml), commented', init),
  ).option('--debug', 'print stack traces');
}
