import { Option, type Command } from 'commander';
import { adderTo, MEASURING, type Invoke } from './adder.js';
import { common, NODE_HELP, TARGET_HELP } from './option-groups.js';

/** One fault each, and what mends all of them. */
export function addFaultCommands(program: Command, invoke: Invoke): void {
  const add = adderTo(program, invoke, MEASURING);

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
    add('pause', 'pause <node>', 'freeze a node: it keeps its connections and answers nothing', [
      'rcluster pause 7001',
      'rcluster pause random-master --for 5s',
    ]).addHelpText('after', TARGET_HELP),
  ).option('--for <time>', 'resume it after this time, such as 5s, or on Ctrl-C');

  common(
    add('resume', 'resume <node>', 'let a paused node go on', ['rcluster resume 7001']).addHelpText(
      'after',
      NODE_HELP,
    ),
  );

  common(
    add(
      'partition',
      'partition <groups>',
      'part the nodes into groups that do not reach each other; this host goes on reaching all of them',
      [
        'rcluster partition 7000/rest',
        'rcluster partition 7000,7003/rest --for 10s',
        'rcluster partition 7000/rest --one-way',
      ],
    ).addHelpText('after', TARGET_HELP),
  )
    .option('--one-way', 'only what the first group sends to the second is dropped')
    .option('--for <time>', 'heal it after this time, such as 10s, or on Ctrl-C');

  common(
    add('faults', 'faults', 'show what is broken on purpose, whoever did it', [
      'rcluster faults',
      'rcluster faults --json | jq .faults',
    ]),
  );

  common(
    add('heal', 'heal', 'heal every fault that rcluster has injected, whoever did it', ['rcluster heal']),
  );
}
