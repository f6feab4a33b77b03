import { Option, type Command } from 'commander';
import { adderTo, type Invoke } from './adder.js';
import { collect, common, moving, NODE_HELP, planned } from './option-groups.js';

/** What changes the shape of a cluster, or repairs it. */
export function addScalingCommands(program: Command, invoke: Invoke): void {
  const add = adderTo(program, invoke, 'Its shape:');

  moving(
    add(
      'add-master',
      'add-master',
      'boot masters with their replicas and move their share of the slots over',
      [
        'rcluster add-master',
        'rcluster add-master --count 3 --replicas 2',
        'rcluster add-master --weight 0.5',
        'rcluster add-master --dry-run',
      ],
    ),
  )
    .option('--count <count>', 'how many masters (default: 1)')
    .option('--replicas <count>', 'replicas of each (default: as the cluster was made)')
    .option('--weight <weight>', 'their share, where that of the others is 1 (default: 1)')
    .option('--no-rebalance', 'leave the new masters without slots');

  planned(
    add('add-replica', 'add-replica', 'boot replicas, and wait until they are in sync', [
      'rcluster add-replica',
      'rcluster add-replica --of 7001 --count 2',
    ]).addHelpText('after', NODE_HELP),
  )
    .option('--of <node>', 'their master (default: the masters that have fewest)')
    .option('--count <count>', 'how many replicas (default: 1)');

  moving(
    add('remove', 'remove <node...>', 'drain nodes, make the cluster forget them, and delete their data', [
      'rcluster remove 7006',
      'rcluster remove node-7 node-8 --yes',
      'rcluster remove 7006 --dry-run',
    ]).addHelpText('after', NODE_HELP),
  ).option('--force', 'fewer than 3 masters may remain');

  moving(
    add('rebalance', 'rebalance', 'give every master its share of the slots; finish half-moved ones', [
      'rcluster rebalance',
      'rcluster rebalance --weight 7000=2 --weight 7001=0.5',
      'rcluster rebalance --include-empty --dry-run',
    ]).addHelpText('after', NODE_HELP),
  )
    .option(
      '--weight <node=weight>',
      'the share of a master, where that of the others is 1; repeatable',
      collect,
    )
    .option(
      '--threshold <percent>',
      'move nothing while every master is this close to its share (default: 0)',
    )
    .option('--include-empty', 'masters without slots get their share as well');

  moving(
    add('reshard', 'reshard', 'move slots from masters to another', [
      'rcluster reshard --from 7000 --to 7003 --slots 1000',
      'rcluster reshard --from all --to node-7 --slots 4096',
      'rcluster reshard --from 7000 --to 7001 --slots 0-99,200-299',
    ]).addHelpText('after', NODE_HELP),
  )
    .requiredOption('--from <node>', 'whose slots; repeatable, or all', collect)
    .requiredOption('--to <node>', 'who gets them')
    .requiredOption('--slots <slots>', 'how many, or ranges such as 0-99,200-299');

  planned(
    add('failover', 'failover <node>', 'let a replica become master on purpose, and measure the pause', [
      'rcluster failover 7004',
      'rcluster failover node-1',
      'rcluster failover 7004 --force',
    ]).addHelpText('after', NODE_HELP),
  )
    .addOption(new Option('--force', 'without the master, which may be down').conflicts('takeover'))
    .option('--takeover', 'without the votes of the other masters as well');

  common(
    add('upgrade', 'upgrade', 'give every node another image, one after the other, while clients go on', [
      'rcluster upgrade --image redis:8',
      'rcluster upgrade --image valkey/valkey:9 --dry-run',
    ]),
  )
    .requiredOption('--image <image>', 'the new image')
    .option('--dry-run', 'print the steps, and do nothing')
    .option('-y, --yes', 'do not ask');

  common(
    add('check', 'check', 'examine the cluster, and say what fix would do (exit 1 when not healthy)', [
      'rcluster check',
      'rcluster check --json | jq .repairs',
    ]),
  );

  common(
    add(
      'fix',
      'fix',
      'repair open, lost and contested slots, stray keys, and nodes that do not know each other',
      ['rcluster fix', 'rcluster fix --dry-run', 'rcluster fix --allow-data-loss --yes'],
    ),
  )
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('-y, --yes', 'do not ask')
    .option('--allow-data-loss', 'carry out repairs that can lose data as well');
}
