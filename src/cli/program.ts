import { Command, Option } from 'commander';
import { DEFAULTS } from '../config/defaults.js';
import type { CommandName } from './commands/index.js';

/** What a command line asks for, before anything is done. */
export interface Invocation {
  readonly command: CommandName;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

const NODE_HELP = `
A NODE is named by its port (7001), its name (node-2), 4 or more characters of its id,
key:NAME (the master that owns the key) or slot:N.`;

/**
 * The whole command line: names, options, help. What a command does is in commands/.
 *
 * @param invoke called once with what was asked for
 */
export function buildProgram(version: string, invoke: (invocation: Invocation) => Promise<void>): Command {
  const program = new Command('rcluster')
    .description(
      'Boots real Redis Clusters in Docker, grows and rebalances them, breaks them on purpose, and measures what a client lost.',
    )
    .version(version)
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();

  const add = (
    name: CommandName,
    usage: string,
    description: string,
    examples: readonly string[],
  ): Command => {
    const command = program
      .command(usage)
      .description(description)
      .exitOverride()
      .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`)
      .action(async () => invoke({ command: name, args: command.args, options: command.opts() }));
    return command;
  };

  common(
    upOptions(
      add('up', 'up', 'boot a cluster and wait until it is ready', [
        'rcluster up',
        'rcluster up --masters 6 --replicas 2 --cluster big --base-port 7100',
        'rcluster up --maxmemory 100mb --set maxmemory-policy=allkeys-lru',
        'rcluster up --dry-run',
      ]),
    ),
  )
    .option('--any-port', 'take the next free ports when the base port is taken')
    .option('--wait <seconds>', `how long the cluster may take to be ready (default: ${DEFAULTS.wait})`)
    .option('--retain', 'keep what was made when up fails')
    .option('--dry-run', 'print what would be done, and do nothing')
    .addOption(
      new Option(
        '--runtime <runtime>',
        'where the nodes live (default: docker where an engine answers)',
      ).choices(['docker', 'process']),
    )
    .option('--redis-server <path>', 'the server that the process runtime runs');

  common(
    add('status', 'status', 'show the nodes, who owns which slots, and what is wrong (exit 1 when not ok)', [
      'rcluster status',
      'rcluster status --watch',
      'rcluster status --json | jq .state',
    ]),
  ).option('-w, --watch', 'redraw every second until Ctrl-C');

  json(add('ls', 'ls', 'list all clusters of this host', ['rcluster ls', 'rcluster ls --json'])).option(
    '--debug',
    'print stack traces',
  );

  common(
    add(
      'add-master',
      'add-master',
      'boot another master with its replicas and move its share of the slots over',
      ['rcluster add-master', 'rcluster add-master --replicas 2'],
    ),
  ).option('--replicas <count>', 'replicas of the new master (default: as the cluster was made)');

  common(
    add('rebalance', 'rebalance', 'give every master an even share of the slots; finish half-moved ones', [
      'rcluster rebalance',
    ]),
  );

  common(
    add('kill', 'kill', 'kill a node with SIGKILL, and measure the failover', [
      'rcluster kill --master 7001',
      'rcluster kill --master key:user:1',
      'rcluster kill --replica 7004',
      'rcluster kill --node node-2 --no-wait',
    ]),
  )
    .addOption(
      new Option('--master <node>', 'the victim, which must be a master').conflicts(['node', 'replica']),
    )
    .addOption(
      new Option('--replica <node>', 'the victim, which must be a replica').conflicts(['node', 'master']),
    )
    .addOption(new Option('--node <node>', 'the victim, whatever it is').conflicts(['master', 'replica']))
    .option('--no-wait', 'do not watch the failover')
    .addHelpText('after', NODE_HELP);

  common(
    add('start', 'start <node>', 'bring a node back; it rejoins as a replica', [
      'rcluster start 7001',
    ]).addHelpText('after', NODE_HELP),
  );
  common(
    add('stop', 'stop <node>', 'stop a node gently (SIGTERM)', ['rcluster stop node-4']).addHelpText(
      'after',
      NODE_HELP,
    ),
  );

  common(
    add('logs', 'logs [node]', "print a node's log, or all of them", [
      'rcluster logs 7001',
      'rcluster logs -f',
      'rcluster logs node-2 --tail 20',
    ]),
  )
    .option('-f, --follow', 'go on with what is written from now on')
    .option('-n, --tail <lines>', 'the last lines alone')
    .addHelpText('after', NODE_HELP);

  clusterOption(
    add('cli', 'cli [node] [args...]', 'run redis-cli beside a node', [
      'rcluster cli',
      'rcluster cli 7001',
      'rcluster cli -- set user:1 hello',
      'rcluster cli 7001 -- cluster nodes',
    ]),
  )
    .passThroughOptions()
    .addHelpText('after', NODE_HELP);

  common(
    add(
      'connect',
      'connect [client]',
      'print how to connect: redis-cli, env, ioredis, node-redis, redis-py, go-redis, jedis',
      ['rcluster connect', 'rcluster connect redis-py'],
    ),
  );

  clusterOption(
    upOptions(
      add(
        'compose',
        'compose',
        'print a compose file that boots and forms the same cluster without rcluster',
        [
          'rcluster compose -o compose.yaml && docker compose -p rcluster up -d',
          'rcluster compose --masters 6 --image redis:7.2',
        ],
      ),
    ),
  ).option('-o, --output <file>', 'write it there');

  common(
    add('down', 'down', 'remove a cluster: nodes, network and data', [
      'rcluster down',
      'rcluster down --keep-data',
    ]),
  ).option('--keep-data', 'keep the volumes; the next up finds the data');

  return program;
}

/** The options that say what a cluster shall be. */
function upOptions(command: Command): Command {
  return command
    .option('--masters <count>', `masters, 3 or more (default: ${DEFAULTS.masters})`)
    .option('--replicas <count>', `replicas of each master (default: ${DEFAULTS.replicas})`)
    .option('--base-port <port>', `the first node's port; the others follow (default: ${DEFAULTS.basePort})`)
    .option('--image <image>', `the image (default: ${DEFAULTS.image})`)
    .option('--node-timeout <ms>', 'cluster-node-timeout (default: 400, more for more than 17 nodes)')
    .option('--persistence <kind>', `aof, rdb or none (default: ${DEFAULTS.persistence})`)
    .option('--maxmemory <size>', 'maxmemory of each node, such as 100mb')
    .option('--memory <size>', 'memory limit of each container')
    .option(
      '--set <key=value>',
      'a further redis.conf setting; repeatable',
      (pair: string, all?: string[]) => [...(all ?? []), pair],
    )
    .option(
      '--bind <address>',
      `the address of this host on which ports are published (default: ${DEFAULTS.bind})`,
    )
    .option('--announce <host>', 'the address that clients are told (default: as --bind)')
    .option('--subnet <cidr>', 'the subnet of the nodes (default: a free one)')
    .option('--force', 'allow fewer than 3 masters');
}

function clusterOption(command: Command): Command {
  const option = new Option('-c, --cluster <name>', `the cluster (default: ${DEFAULTS.cluster})`);
  return command.addOption(option.env('RCLUSTER_CLUSTER')).option('--debug', 'print stack traces');
}

function json(command: Command): Command {
  return command.option('--json', 'print one JSON document').option('-q, --quiet', 'no progress');
}

function common(command: Command): Command {
  return json(clusterOption(command));
}
