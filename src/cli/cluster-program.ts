import type { Command } from 'commander';
import { adderTo, type Invoke } from './adder.js';
import {
  bootOptions,
  clusterOption,
  common,
  guardOptions,
  json,
  NODE_HELP,
  upOptions,
} from './option-groups.js';

const USE_HELP = `
A command means the cluster of --cluster; else of RCLUSTER_CLUSTER; else the one that rcluster.yaml names, or
the only one in it; else that of rcluster use; else rcluster. "rcluster use rcluster" is as if it had never been used.`;

/** A cluster from its boot to its end, and how to reach it. */
export function addClusterCommands(program: Command, invoke: Invoke): void {
  const add = adderTo(program, invoke, 'A cluster:');

  common(
    guardOptions(
      bootOptions(
        upOptions(
          add('up', 'up', 'boot a cluster and wait until it is ready', [
            'rcluster up',
            'rcluster up --masters 6 --replicas 2 --cluster big --base-port 7100',
            'rcluster up --maxmemory 100mb --set maxmemory-policy=allkeys-lru',
            'rcluster up --password --tls',
            'rcluster up --dry-run',
          ]),
        ),
      ),
    ),
  ).option('--dry-run', 'print what would be done, and do nothing');

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

  json(
    add('use', 'use [name]', 'make a cluster the default, or print which one it is', [
      'rcluster use big',
      'rcluster use',
    ]),
  )
    .option('--debug', 'print stack traces')
    .addHelpText('after', USE_HELP);

  common(
    add(
      'connect',
      'connect [client]',
      'print how to connect: redis-cli, env, ioredis, node-redis, redis-py, go-redis, jedis',
      ['rcluster connect', 'rcluster connect redis-py', 'rcluster connect compose --from container'],
    ),
  ).option('--from <host|container>', 'where the application runs (default: host)');

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
    add('logs', 'logs [node]', "print a node's log, or all of them", [
      'rcluster logs 7001',
      'rcluster logs -f',
      'rcluster logs node-2 --tail 20',
    ]),
  )
    .option('-f, --follow', 'go on with what is written from now on')
    .option('-n, --tail <lines>', 'the last lines alone')
    .addHelpText('after', NODE_HELP);

  common(
    add(
      'rotate-password',
      'rotate-password',
      'give a running cluster new passwords, while clients that know both go on',
      ['rcluster rotate-password', 'rcluster rotate-password --password-file new.txt'],
    ),
  ).option(
    '--password-file <file>',
    'the new one (default: RCLUSTER_PASSWORD, or what is typed, or made up)',
  );

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
}
