import { Option, type Command } from 'commander';
import { DEFAULTS } from '../config/defaults.js';

/** Options, and parts of the help, that several commands have, by what the commands have in common. */

export const NODE_HELP = `
A NODE is named by its port (7001), its name (node-2), 4 or more characters of its id,
key:NAME (the master that owns the key) or slot:N.`;

export const TARGET_HELP = `${NODE_HELP}
Or by what it is: random-master, random-replica, busiest-master, "master-of X", "replica-of X",
"shard-of X", "all masters", "all replicas", "50% of masters".`;

/** The options that say what a cluster shall be. */
export function upOptions(command: Command): Command {
  return command
    .option('--masters <count>', `masters, 3 or more (default: ${DEFAULTS.masters})`)
    .option('--replicas <count>', `replicas of each master (default: ${DEFAULTS.replicas})`)
    .option('--base-port <port>', `the first node's port; the others follow (default: ${DEFAULTS.basePort})`)
    .option('--image <image>', `the image (default: ${DEFAULTS.image})`)
    .option('--node-timeout <ms>', 'cluster-node-timeout (default: 400, more for more than 17 nodes)')
    .option('--persistence <kind>', `aof, rdb or none (default: ${DEFAULTS.persistence})`)
    .option('--maxmemory <size>', 'maxmemory of each node, such as 100mb')
    .option('--memory <size>', 'memory limit of each container (default: 2gb, or twice maxmemory; 0: none)')
    .option('--set <key=value>', 'a further redis.conf setting; repeatable', collect)
    .option(
      '--bind <address>',
      `the address of this host on which ports are published (default: ${DEFAULTS.bind})`,
    )
    .option(
      '--announce <host>',
      'the address that clients are told; network: the nodes’ names there (default: as --bind)',
    )
    .option('--subnet <cidr>', 'the subnet of the nodes (default: a free one)')
    .option('--force', 'allow fewer than 3 masters')
    .option('--insecure', 'let anybody in from beyond this host, without a password');
}

/** Who is let in, and how connections are protected. */
export function guardOptions(command: Command): Command {
  return command
    .option('--password', 'ask for a password that clients need; where nobody can be asked, make one up')
    .option('--password-file <file>', 'the same, from a file; RCLUSTER_PASSWORD holds one as well')
    .option('--acl-file <file>', 'further users, as lines "user NAME RULES..." of redis')
    .option('--tls', 'encrypt all connections, with a certificate authority of the cluster’s own')
    .option('--tls-auth-clients <no|optional|yes>', 'whether clients show a certificate (default: no)')
    .option('--tls-cert <file>', 'a certificate of your own for the nodes, with --tls-key and --tls-ca')
    .option('--tls-key <file>', 'its private key')
    .option('--tls-ca <file>', 'the authority that signed it');
}

export function runtimeOption(): Option {
  const option = new Option(
    '--runtime <runtime>',
    'where the nodes live (default: docker where an engine answers)',
  );
  return option.choices(['docker', 'process']);
}

/** How `up` goes about it. */
export function bootOptions(command: Command): Command {
  return command
    .option('--any-port', 'take the next free ports when the base port is taken')
    .option('--wait <seconds>', `how long the cluster may take to be ready (default: ${DEFAULTS.wait})`)
    .option('--retain', 'keep what was made when up fails')
    .addOption(runtimeOption())
    .option('--redis-server <path>', 'the server that the process runtime runs');
}

export function clusterOption(command: Command): Command {
  return command
    .option('-c, --cluster <name>', `the cluster (default: as rcluster use says, else ${DEFAULTS.cluster})`)
    .option('--debug', 'print stack traces');
}

export function json(command: Command): Command {
  return command.option('--json', 'print one JSON document').option('-q, --quiet', 'no progress');
}

/** Of everything that changes the cluster by a plan. */
export function planned(command: Command): Command {
  return common(command)
    .option('--dry-run', 'print the plan, also as redis-cli commands, and do nothing')
    .option('-y, --yes', 'do not ask, where a command would on a terminal');
}

/** Of everything that moves slots. */
export function moving(command: Command): Command {
  return planned(command)
    .option('--max-pause <ms>', 'the longest that a node may be kept from serving clients (default: 10)')
    .option('--max-key-size <size>', 'move nothing when a key is larger than this, such as 100mb');
}

/** For a repeatable option. */
export const collect = (value: string, others: readonly string[] = []): string[] => [...others, value];

export function common(command: Command): Command {
  return json(clusterOption(command));
}

/** What stands below the help of a command. */
export function examplesText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`;
}
